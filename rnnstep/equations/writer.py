"""What generated forward and backward code share: names, operands, nodes over whole segments."""

from __future__ import annotations

from .functions import FUNCTIONS
from .history import history_name
from .nodes import Stage
from .plan import Plan, Store

_UFUNCS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power",
           "neg": "negative"}  # fmt: skip
RESERVED = {
    *FUNCTIONS, *_UFUNCS.values(), "dot", "copyto", "half", "np", "p", "s", "a", "inputs", "lo",
    "hi", "work", "stack", "product", "constant", "prepare", "segment", "zip", "backward", "grad",
    "dx", "adjoint", "outside", "weight_gradient", "over_steps", "softmax_adjoint", "columns_sum",
    "patch", "patch_rows", "range",
    "history_product", "history_gradient", "history_adjoint", "outer_adjoint",
}  # fmt: skip


class Names:
    """Local variable names that read like the cell and never collide."""

    def __init__(self) -> None:
        self.taken = set(RESERVED)
        self.known: dict[object, str] = {}

    def get(self, key: object, wanted: str) -> str:
        """Return the name for ``key``, the wanted one if it is still free."""
        if key not in self.known:
            while wanted in self.taken:
                wanted += "_"
            self.taken.add(wanted)
            self.known[key] = wanted
        return self.known[key]


class Writer:
    """What forward and backward code share: names, operands, and the block form of nodes."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dag = plan.dag
        self.names = Names()
        self.signal_of = {node: name for name, node in plan.dag.signals.items()}
        self.prepared: dict[str, str] = {}

    def label(self, index: int) -> str:
        """A readable name for a node's value."""
        node = self.dag.nodes[index]
        if index in self.signal_of:
            return self.signal_of[index]
        if node.op == "matvec":
            return f"{node.name}_{self.label(node.args[0])}"
        if node.op in ("past", "input", "param"):
            return node.name
        if node.op == "history":
            return node.op
        if node.op in FUNCTIONS and len(node.args) == 1:
            return f"{node.op}_{self.label(node.args[0])}"
        return f"v{index}"

    def constant(self, value: float, size: int) -> str:
        """A constant array of some size, made in ``prepare``."""
        word = {1.0: "one", 0.0: "zero", 0.5: "half_"}.get(value, "k")
        name = self.names.get(("const", value, size), f"{word}_{size}")
        self.prepared[name] = f"constant({value!r}, {size})"
        return name

    def param(self, name: str) -> str:
        """A vector parameter."""
        local = self.names.get(("param", name), name)
        self.prepared[local] = f'p["{name}"]'
        return local

    def matrix(self, name: str, transposed: bool = True) -> str:
        """A matrix for ``product``: transposed and contiguous, or as it is."""
        local = self.names.get(("matrix", name, transposed), f"{name}{'T' * transposed}")
        self.prepared[local] = f'stack([p["{name}"]]){".T.copy()" if transposed else ""}'
        return local

    def const_node(self, index: int, size: int) -> str:
        """A node of parameters alone."""
        node = self.dag.nodes[index]
        if node.op == "const":
            return self.constant(node.value, size)
        if node.op == "param":
            return self.param(node.name)
        local = self.names.get(("const node", index), f"k{index}")
        self.prepared[local] = self.expression(
            index, [self.const_node(arg, self.dag.sizes[arg]) for arg in node.args]
        )
        return local

    def expression(self, index: int, args: list[str], out: str = "") -> str:
        """One node as a NumPy expression of its operands."""
        node = self.dag.nodes[index]
        into = f", out={out}" if out else ""
        if node.op == "matvec":
            vector = self.dag.nodes[node.args[0]]
            if vector.op == "history":
                return self.history_product(vector.name, node.name)
            return f"product({args[0]}, {self.matrix(node.name)})"
        if node.op == "**":
            return f"power({args[0]}, {self.constant(node.value, 1)}{into})"
        function = _UFUNCS.get(node.op, node.op)
        return f"{function}({', '.join(args)}{into})"

    def history(self, name: str) -> str:
        """The values of an input, newest first."""
        return f'inputs["{history_name(name)}"]'

    def history_product(self, name: str, matrix: str) -> str:
        """The products of a segment's steps with all that was read until then."""
        pad = self.plan.graph.lags.get(name, 0)
        ahead = f'len(inputs["{name}"]) - {f"{pad} - " if pad else ""}lo'
        size = self.plan.sizes.signals[name]
        values = f"{self.history(name)}, {self.matrix(matrix)}"
        return f"history_product({values}, {size}, {ahead}, hi - lo)"

    def rows(self, store: Store, lag: int = 0) -> str:
        """The rows of frames lo+1..hi of a recorded node, or of the frames ``lag`` before."""
        first = store.base + 1 - lag
        columns = "" if self.whole(store) else f", ..., {store.start}:{store.stop}"
        return f'a["{store.array}"][{_shift("lo", first)}:{_shift("hi", first)}{columns}]'

    def whole(self, store: Store) -> bool:
        return store.start == 0 and store.stop == self.plan.arrays[store.array].width

    def past_rows(self, name: str, lag: int) -> str:
        """The rows of a signal or an input, ``lag`` steps ago."""
        if name in self.dag.signals:
            return self.rows(self.plan.signal_store(name), lag)
        pad = self.plan.graph.lags.get(name, 0)
        first = pad - lag
        return f'inputs["{name}"][{_shift("lo", first)}:{_shift("hi", first)}]'

    def block_node(self, index: int, lines: list[str], size: int = 0) -> str:
        """The rows of a node over a segment, writing what is needed to have them."""
        node = self.dag.nodes[index]
        if self.plan.stage[index] == Stage.CONST:
            return self.const_node(index, size or self.dag.sizes[index])
        key = ("rows", index)
        if key in self.names.known:
            return self.names.known[key]
        if node.op in ("past", "input"):
            name = self.names.get(key, f"{node.name}_{node.lag}" if node.lag else node.name)
            lines.append(f"{name} = {self.past_rows(node.name, node.lag)}")
            return name
        store = self.plan.stores.get(index)
        if store and self.recorded_already(index):
            name = self.names.get(key, f"{self.label(index)}_rows")
            lines.append(f"{name} = {self.rows(store)}")
            return name
        if node.op == "history":
            return self.history(node.name)
        # What has size 1 meets the units of an elementwise operation one by one.
        same = node.op not in FUNCTIONS or FUNCTIONS[node.op].kind == "elementwise"
        size = self.dag.sizes[index]
        args = [
            self.block_node(arg, lines, size if same else self.dag.sizes[arg]) for arg in node.args
        ]
        name = self.names.get(key, f"{self.label(index)}_rows")
        if store is None:
            lines.append(f"{name} = {self.expression(index, args)}")
        else:
            lines.append(f"{name} = {self.rows(store)}")
            direct = node.op != "matvec" and all(self.dag.sizes[a] for a in node.args)
            if direct and FUNCTIONS.get(node.op, None) is None:
                lines.append(self.expression(index, args, out=name))
            else:
                lines.append(f"{name}[...] = {self.expression(index, args)}")
        return name

    def recorded_already(self, index: int) -> bool:
        """Whether a node's record is complete where block code reads it."""
        return self.plan.stage[index] == Stage.LOOP


def _shift(name: str, by: int) -> str:
    return name if by == 0 else f"{name} {'+' if by > 0 else '-'} {abs(by)}"
