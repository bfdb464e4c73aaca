"""A plan written out as NumPy source: ``rnnstep explain lstm --code`` prints it.

The code runs one segment of steps. Every NumPy call costs about a third of a microsecond, so the
loop makes few of them, all with ``out=``, and takes its rows from ``zip`` over whole arrays,
which makes views faster than indexing does. Constants are arrays: a Python number as an operand
costs a conversion at every call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .functions import FUNCTIONS
from .nodes import Stage
from .plan import Block, Group, Pair, Plan, Store
from .writer import Writer


def emit_forward(plan: Plan) -> str:
    """Write the functions ``prepare`` and ``segment`` of a plan."""
    return Forward(plan).source()


class Forward(Writer):
    """Writes the code of a plan, item by item."""

    parameters = "s, inputs, a, lo, hi, work"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.zipped: dict[str, str] = {}
        self.setup: list[str] = []
        self.before: list[str] = []
        self.values: dict[int, str] = {}

    def source(self) -> str:
        for index in self.dag.signals.values():
            if self.plan.stage[index] == Stage.BEFORE:
                self.block_node(index, self.before)
        loop: list[str] = []
        for _, what in self.plan.schedule:
            loop += self.item(what)
        after: list[str] = []
        for index in self.dag.signals.values():
            if self.plan.stage[index] == Stage.AFTER:
                self.block_node(index, after)
        return self.assemble(loop, after)

    def item(self, what: object) -> list[str]:
        """The lines of one item of the schedule."""
        if isinstance(what, Group):
            return self.group(what)
        if isinstance(what, Pair):
            return self.pair(what)
        if isinstance(what, Block):
            return self.finish(what)
        assert isinstance(what, int)
        return self.op(what)

    def assemble(self, loop: list[str], after: list[str]) -> str:
        text = "\n".join([*loop, *self.setup])
        body = [*self.before, *(line for line in self.setup if _needed(line, text))]
        if loop:
            heads, tails = list(self.zipped.values()), list(self.zipped)
            if len(heads) == 1:
                body.append(f"for {heads[0]} in {tails[0]}:")
            else:
                body.append(f"for {', '.join(heads)} in zip(")
                body += [f"    {tail}," for tail in tails]
                body.append("):")
            body += [f"    {line}" for line in loop]
        body += after
        prepared = [f"{name} = {text}" for name, text in self.prepared.items()]
        used = set(re.findall(r"\w+", "\n".join(body)))
        kept = [name for name in self.prepared if name in used]
        pairs = ", ".join(f'"{name}": {name}' for name in kept)
        return "\n".join(
            [
                "def prepare(p, constant):",
                '    """Stack the parameters, once a run; the rows of sigmoids are halved."""',
                *(f"    {line}" for line in prepared),
                f"    return {{{pairs}}}",
                "",
                "",
                f"def segment({self.parameters}):",
                '    """Compute steps lo+1..hi into the recording arrays a."""',
                *(f'    {name} = s["{name}"]' for name in kept),
                *(f"    {line}" for line in body or ["pass"]),
                "",
            ]
        )

    def row(self, text: str, wanted: str) -> str:
        """The loop variable that runs over the rows of some array expression."""
        if text not in self.zipped:
            self.zipped[text] = self.names.get(("row", text), wanted)
        return self.zipped[text]

    def operand(self, index: int, size: int) -> str:
        """A node's value inside the loop."""
        node = self.dag.nodes[index]
        stage = self.plan.stage[index]
        if stage == Stage.CONST:
            return self.const_node(index, size)
        if index in self.values:
            return self.values[index]
        if node.op == "past":
            past = self.past_rows(node.name, node.lag)
            return self.row(past, f"{node.name}_past" + (str(node.lag) if node.lag > 1 else ""))
        if stage == Stage.BEFORE:
            store = self.plan.stores.get(index)
            rows = self.rows(store) if store else self.block_node(index, self.before)
            if store:
                self.block_node(index, self.before)
            return self.row(rows, self.label(index))
        store = self.plan.stores[index]
        return self.row(self.rows(store), self.label(index))

    def buffer(self, wanted: str, key: object, size: int) -> str:
        name = self.names.get(key, wanted)
        line = f'{name} = work("{name}", {size})'
        if line not in self.setup:
            self.setup.append(line)
        return name

    def target(self, index: int) -> str:
        """Where the loop writes a node."""
        store = self.plan.stores.get(index)
        if store:
            return self.row(self.rows(store), self.label(index))
        name = self.buffer(self.label(index), ("buffer", index), self.dag.sizes[index])
        self.values[index] = name
        return name

    def op(self, index: int) -> list[str]:
        node = self.dag.nodes[index]
        size = self.dag.sizes[index]
        same = FUNCTIONS[node.op].kind == "elementwise" if node.op in FUNCTIONS else True
        args = [self.operand(a, size if same else self.dag.sizes[a]) for a in node.args]
        out = self.target(index)
        if node.op == "identity":
            return [f"copyto({out}, {args[0]})"]
        if node.op == "**":
            return [f"power({args[0]}, {self.constant(node.value, size)}, out={out})"]
        return [self.expression(index, args, out)]

    def finish(self, block: Block) -> list[str]:
        """Add the summands that had to wait."""
        size = self.dag.sizes[block.root]
        total = self.values[block.product]
        out = self.target(block.root)
        lines = []
        for extra in block.extras:
            lines.append(f"add({total}, {self.operand(extra, size)}, out={out})")
            total = out
        return lines

    def pair(self, pair: Pair) -> list[str]:
        store = self.plan.signal_store(pair.signal)
        width = store.stop - store.start
        past = Store(pair.group, *pair.past, store.base - 1)
        gates = Store(pair.group, *pair.gates, store.base - 1)
        left = self.row(self.rows(past), f"{pair.signal}_and_candidate")
        right = self.row(self.rows(gates), "gate_pair")
        both = self.buffer("kept_and_new", ("pair", pair.signal), 2 * width)
        kept, new = self.names.get(("kept", pair.signal), "kept"), self.names.get(
            ("new", pair.signal), "new")  # fmt: skip
        self.setup.append(f"{kept}, {new} = {both}[..., :{width}], {both}[..., {width}:]")
        out = self.row(self.rows(store), pair.signal)
        return [f"multiply({left}, {right}, out={both})", f"add({kept}, {new}, out={out})"]

    def group(self, group: Group) -> list[str]:
        blocks = group.blocks
        name = group.name
        stacked = self.names.get(("stack", name), f"U_{name}")
        parts = ", ".join(self.scaled(f'p["{b.param}"]', b) for b in blocks)
        self.prepared[stacked] = f"stack([{parts}]).T.copy()"
        q = self.buffer(f"q_{name}", ("q", name), group.width)
        vector = self.operand(group.vector, self.dag.sizes[group.vector])
        lines = [f"dot({vector}, {stacked}, out={q})"]
        fused = [b for b in blocks if b.kind != "plain"]
        waiting = any(b.extras for b in fused) or len(fused) < len(blocks)
        gates = self.packed(fused, f"gates_{name}") if fused else ""
        active = self.part(q, group, fused[0].start, group.width) if fused else ""
        addend = self.addend(group) if group.adds else ""
        if addend:
            into = q if waiting or not fused else gates
            lines.append(f"add({q}, {addend}, out={into})")
            active = active if into == q else gates
        for block in blocks:
            here = self.part(q, group, block.start, block.stop)
            if block.kind == "plain":
                self.values[block.product] = here
                if not block.extras:
                    self.values[block.root] = here
                    if block.root in self.signal_of:
                        del self.values[block.root]
                        lines.append(f"copyto({self.target(block.root)}, {here})")
                continue
            for extra in block.extras:
                term = self.operand(extra, block.stop - block.start)
                if block.kind == "sigmoid":
                    size = block.stop - block.start
                    buffer = self.buffer(f"halved_{name}", ("halved", name, size), size)
                    lines.append(f"multiply({term}, {self.constant(0.5, size)}, out={buffer})")
                    term = buffer
                lines.append(f"add({here}, {term}, out={here})")
        if fused:
            lines.append(f"tanh({active}, out={gates})")
        sigmoids = [b for b in fused if b.kind == "sigmoid"]
        if sigmoids:
            part = self.packed(sigmoids, f"sigmoids_{name}")
            half = self.constant(0.5, group.width - group.first("sigmoid"))
            lines.append(f"multiply({part}, {half}, out={part})")
            lines.append(f"add({part}, {half}, out={part})")
        return lines

    def scaled(self, text: str, block: Block) -> str:
        return f"0.5 * {text}" if block.kind == "sigmoid" else text

    def packed(self, blocks: list[Block], wanted: str) -> str:
        """The row over the adjacent records of some activations."""
        first, last = self.plan.stores[blocks[0].result], self.plan.stores[blocks[-1].result]
        if len(blocks) == 1:
            wanted = self.label(blocks[0].result)
        return self.row(self.rows(Store(first.array, first.start, last.stop, first.base)), wanted)

    def part(self, q: str, group: Group, start: int, stop: int) -> str:
        """Some columns of a stacked product, as a view made once."""
        if (start, stop) == (0, group.width):
            return q
        name = self.names.get(("part", q, start, stop), f"{q}_{start}_{stop}")
        line = f"{name} = {q}[..., {start}:{stop}]"
        if line not in self.setup:
            self.setup.append(line)
        return name

    def addend(self, group: Group) -> str:
        """Compute, for all steps before the loop, what is added to a group's product."""
        name = group.name
        stage, nodes = self.plan.stage, self.dag.nodes
        biases, runs, others = [], [], []
        for block in group.blocks:
            size = block.stop - block.start
            constant = [t for t in block.hoisted if stage[t] == Stage.CONST]
            const = [self.const_node(t, size) for t in constant]
            total = " + ".join(const) or self.constant(0.0, size)
            widths = [size if nodes[t].op == "const" else self.dag.sizes[t] for t in constant]
            if constant and size not in widths:
                # What has size 1 goes with every unit of the block.
                total, const = f"constant({total}, {size})", []
            scaled = self.scaled(f"({total})" if len(const) > 1 else total, block)
            biases.append(scaled)
            for term in block.hoisted:
                product = nodes[term].op == "matvec"
                if product and nodes[nodes[term].args[0]].op == "history":
                    product = False
                if stage[term] == Stage.BEFORE and product:
                    runs.append((nodes[term].args[0], block, nodes[term].name))
                elif stage[term] == Stage.BEFORE:
                    others.append((term, block))
        bias = self.names.get(("bias", name), f"bias_{name}")
        self.prepared[bias] = f"constant(np.concatenate([{', '.join(biases)}]), {group.width})"
        # A stacked bias is built from prepared parts, so they must come first.
        self.prepared[bias] = self.prepared.pop(bias)
        if not runs and not others:
            return bias
        rows = self.names.get(("before", name), f"before_{name}")
        self.before.append(f'{rows} = work("{rows}", {group.width}, hi - lo)')
        stacks = _adjacent(runs)
        covered = len(stacks) == 1 and stacks[0][1:3] == (0, group.width)
        if not covered:
            self.before.append(f"{rows}[...] = {bias}")
        for vector, start, stop, members in stacks:
            values = self.block_node(vector, self.before)
            params = tuple(param for _, param in members)
            stacked = self.names.get(("W", name, params, start), f"W_{name}_{start}")
            parts = ", ".join(self.scaled(f'p["{param}"]', b) for b, param in members)
            self.prepared[stacked] = f"stack([{parts}]).T.copy()"
            if covered:
                self.before.append(f"product({values}, {stacked}, out={rows})")
                self.before.append(f"add({rows}, {bias}, out={rows})")
            else:
                self.before.append(f"{rows}[..., {start}:{stop}] += product({values}, {stacked})")
        for term, block in others:
            size = block.stop - block.start
            value = self.scaled(self.block_node(term, self.before, size), block)
            self.before.append(f"{rows}[..., {block.start}:{block.stop}] += {value}")
        return self.row(rows, f"before_{name}_t")


def _adjacent(
    runs: Iterable[tuple[int, Block, str]],
) -> list[tuple[int, int, int, list[tuple[Block, str]]]]:
    """Join products of one vector whose blocks are neighbours: (vector, start, stop, members)."""
    found: list[tuple[int, int, int, list[tuple[Block, str]]]] = []
    for vector, block, param in sorted(runs, key=lambda run: (run[0], run[1].start)):
        if found and found[-1][0] == vector and found[-1][2] == block.start:
            _, start, _, members = found[-1]
            found[-1] = (vector, start, block.stop, [*members, (block, param)])
        else:
            found.append((vector, block.start, block.stop, [(block, param)]))
    return found


def _needed(line: str, text: str) -> bool:
    """Whether anything that a line of set-up defines is used elsewhere."""
    defined = re.findall(r"\w+", line.partition(" = ")[0])
    return any(len(re.findall(rf"\b{name}\b", text)) > 1 for name in defined)
