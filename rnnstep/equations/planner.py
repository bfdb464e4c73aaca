"""Deciding how to run a cell; the outcome is a plan.

- Every node's stage: once a run, before the loop for all steps at once, in the loop, after it.
- Products with the same vector in the loop are one stacked product (a *group*). Whatever else is
  added to a product and does not depend on the state is computed for all steps before the loop
  and added in one go.
- The sigmoids and tanhs of a group are one tanh: σ(a) = ½ + ½·tanh(a/2), with the halving done to
  the weights, which is exact. They are recorded side by side in one *packed* array.
- ``c = f * c[t-1] + i * g`` is one product of two adjacent pairs and one sum (a *pair*), which
  needs c recorded one row later in the packed array, before g, and f before i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .graph import Graph
from .nodes import Stage, build_dag, stages
from .plan import CLASSES, ArraySpec, Block, Group, Pair, Plan, Store
from .sizes import Sizes


def make_plan(graph: Graph, sizes: Sizes, patched: frozenset[str] = frozenset()) -> Plan:
    """Decide how to run a cell of given sizes; see ``build_dag`` for ``patched`` signals."""
    dag = build_dag(graph, sizes, patched)
    plan = Plan(dag, graph, sizes, stages(dag, graph))
    planner = _Planner(plan)
    planner.find_groups()
    pair = planner.find_pair()
    planner.order_blocks(pair)
    planner.place(pair)
    planner.arrange(pair)
    return plan


@dataclass(frozen=True)
class _PairNodes:
    signal: str
    node: int
    products: tuple[int, int]
    forget: int
    enter: int
    candidate: int
    group: Group


class _Planner:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dag = plan.dag
        self.stage = plan.stage
        self.consumers = plan.dag.consumers()
        self.signal_of = {node: name for name, node in plan.dag.signals.items()}

    def in_loop(self, index: int) -> bool:
        return self.stage[index] == Stage.LOOP

    def only_reader(self, index: int) -> int | None:
        """The one node of the loop that reads ``index``, unless it is a signal or has more."""
        readers = self.consumers[index]
        return readers[0] if len(readers) == 1 and index not in self.signal_of else None

    def root_of(self, index: int) -> int:
        """Climb from a summand to the top of its sum."""
        while True:
            reader = self.only_reader(index)
            if reader is None or self.dag.nodes[reader].op != "+" or not self.in_loop(reader):
                return index
            if self.dag.nodes[reader].args == (index, index):
                return index
            index = reader

    def summands(self, root: int) -> list[int]:
        """The terms of a sum, through the additions that only this sum reads."""
        if self.dag.nodes[root].op != "+":
            return [root]
        found: list[int] = []
        for arg in self.dag.nodes[root].args:
            inner = self.dag.nodes[arg].op == "+" and self.only_reader(arg) == root
            found += self.summands(arg) if inner and self.in_loop(arg) else [arg]
        return found

    def reads_product(self, index: int) -> bool:
        """Whether any product of the loop is needed for a node of the loop."""
        seen: set[int] = set()
        todo = [index]
        while todo:
            at = todo.pop()
            if at in seen or not self.in_loop(at):
                continue
            seen.add(at)
            if self.dag.nodes[at].op == "matvec":
                return True
            todo.extend(self.dag.nodes[at].args)
        return False

    def find_groups(self) -> None:
        by_vector: dict[int, list[Block]] = {}
        claimed: set[int] = set()
        for index, node in enumerate(self.dag.nodes):
            if node.op != "matvec" or not self.in_loop(index):
                continue
            root = self.root_of(index)
            if root in claimed:
                # A second product in the same sum: an extra of the first.
                block = Block(node.name, index, index, (), (), "plain", index)
            else:
                claimed.add(root)
                block = self.make_block(index, root)
            by_vector.setdefault(node.args[0], []).append(block)
        for vector, blocks in by_vector.items():
            node = self.dag.nodes[vector]
            name = self.signal_of.get(vector) or node.name or f"v{vector}"
            taken = {group.name for group in self.plan.groups}
            while name in taken:
                name += "_"
            self.plan.groups.append(Group(name, vector, blocks))

    def make_block(self, product: int, root: int) -> Block:
        terms = [term for term in self.summands(root) if term != product]
        hoisted = tuple(t for t in terms if self.stage[t] <= Stage.BEFORE)
        extras = tuple(t for t in terms if self.stage[t] > Stage.BEFORE)
        name = self.dag.nodes[product].name
        reader = self.only_reader(root)
        if reader is not None and self.dag.nodes[reader].op in ("tanh", "sigmoid"):
            # Extras that need another product of the loop would have to wait for it.
            waits = any(self.reads_product(t) for t in extras)
            if self.in_loop(reader) and not waits:
                kind = self.dag.nodes[reader].op
                return Block(name, product, root, hoisted, extras, kind, reader)
        return Block(name, product, root, hoisted, extras, "plain", root)

    def find_pair(self) -> _PairNodes | None:
        """Find the first ``c = f * c[t-1] + i * g`` whose gates are of one group."""
        owner = {b.result: (g, b) for g in self.plan.groups for b in g.blocks}
        nodes = self.dag.nodes
        for name in self.plan.graph.states:
            index = self.dag.signals[name]
            if self.plan.graph.lags[name] != 1 or nodes[index].op != "+":
                continue
            products = nodes[index].args
            if any(nodes[p].op != "*" or self.only_reader(p) != index for p in products):
                continue
            for keep, enter in (products, products[::-1]):
                for old, forget in (nodes[keep].args, nodes[keep].args[::-1]):
                    if (nodes[old].op, nodes[old].name, nodes[old].lag) != ("past", name, 1):
                        continue
                    for gate, candidate in (nodes[enter].args, nodes[enter].args[::-1]):
                        found = [owner.get(n) for n in (forget, gate, candidate)]
                        if None in found or len({f[0].name for f in found if f}) > 1:
                            continue
                        kinds = [f[1].kind for f in found if f]
                        sizes = {self.dag.sizes[n] for n in (index, forget, gate, candidate)}
                        if kinds == ["sigmoid", "sigmoid", "tanh"] and len(sizes) == 1:
                            assert found[0] is not None
                            return _PairNodes(
                                name, index, (keep, enter), forget, gate, candidate, found[0][0]
                            )
        return None

    def order_blocks(self, pair: _PairNodes | None) -> None:
        for group in self.plan.groups:
            first = [pair.candidate, pair.forget, pair.enter] if pair else []

            def rank(block: Block, first: list[int] = first) -> tuple[int, int]:
                place = first.index(block.result) if block.result in first else len(first)
                return CLASSES.index(block.kind), place

            group.blocks.sort(key=rank)
            column = 0
            for block in group.blocks:
                block.start, column = column, column + self.dag.sizes[block.product]
                block.stop = column

    def place(self, pair: _PairNodes | None) -> None:
        """Give every signal, and every activation of a group, its columns."""
        lags = self.plan.graph.lags
        for group in self.plan.groups:
            packed = [b for b in group.blocks if b.kind != "plain"]
            if not packed:
                continue
            name = self.array_name(
                f"rows_{group.name}"
                if len(packed) > 1
                else self.signal_of.get(packed[0].result, f"rows_{group.name}")
            )
            base = max([1, *(lags.get(self.signal_of.get(b.result, ""), 1) for b in packed)]) - 1
            offset = -packed[0].start
            extra = base + 1
            if pair and pair.group is group:
                offset += self.dag.sizes[pair.node]
                extra += 1
                self.plan.stores[pair.node] = Store(name, 0, self.dag.sizes[pair.node], base + 1)
            for block in packed:
                self.plan.stores[block.result] = Store(
                    name, block.start + offset, block.stop + offset, base
                )
            self.plan.arrays[name] = ArraySpec(name, packed[-1].stop + offset, extra)
        for signal, index in self.dag.signals.items():
            if index not in self.plan.stores:
                name = self.array_name(signal)
                base = lags.get(signal, 1) - 1
                self.plan.stores[index] = Store(name, 0, self.dag.sizes[index], base)
                self.plan.arrays[name] = ArraySpec(name, self.dag.sizes[index], base + 1)

    def array_name(self, wanted: str) -> str:
        while wanted in self.plan.arrays:
            wanted += "_"
        return wanted

    def arrange(self, pair: _PairNodes | None) -> None:
        """Put the loop in an order in which everything is known when it is needed."""
        nodes = self.dag.nodes
        items: list[tuple[str, object, set[int], set[int]]] = []  # kind, what, needs, gives
        covered: set[int] = set()
        for group in self.plan.groups:
            needs = {group.vector}
            gives: set[int] = set()
            for block in group.blocks:
                fused = block.kind != "plain"
                if fused:
                    needs.update(block.extras)
                inside = self.inside(block.root, {block.product, *block.hoisted, *block.extras})
                covered |= inside | {block.product, block.result}
                if fused or not block.extras:
                    gives |= {block.product, block.root, block.result}
                else:
                    gives.add(block.product)
                    items.append(("finish", block, {block.product, *block.extras}, {block.root}))
            items.append(("group", group, needs, gives))
        if pair:
            covered |= {pair.node, *pair.products}
            gates = self.plan.stores[pair.forget]
            width = self.dag.sizes[pair.node]
            columns = (gates.start, gates.start + 2 * width)
            what = Pair(pair.signal, (0, 2 * width), columns, self.plan.stores[pair.node].array)
            old = next(a for p in pair.products for a in nodes[p].args if nodes[a].op == "past")
            needs = {pair.forget, pair.enter, pair.candidate, old}
            items.append(("pair", what, needs, {pair.node}))
        for index, node in enumerate(nodes):
            if self.in_loop(index) and index not in covered and node.args:
                items.append(("op", index, set(node.args), {index}))
        known = {i for i, n in enumerate(nodes) if not self.in_loop(i) or n.op == "past"}
        while items:
            ready = [item for item in items if item[2] <= known]
            assert ready, "the equations are ordered, so something is always ready"
            kind, item, _, gives = ready[0]
            items.remove(ready[0])
            known |= gives
            self.plan.schedule.append((kind, item))

    def inside(self, root: int, leaves: Sequence[int] | set[int]) -> set[int]:
        """Nodes of a sum from its root down to, and without, its summands."""
        if root in leaves:
            return set()
        found = {root}
        for arg in self.dag.nodes[root].args:
            found |= self.inside(arg, leaves)
        return found
