"""The derivative of a cell written out as NumPy source, for whole batches of sequences.

Three parts: factors and everything known for all steps at once; the loop backwards in time, which
only multiplies, adds and takes one stacked product a group; parameters and inputs, for all steps
at once again, each matrix's gradient being one product over steps and sequences.
"""

from __future__ import annotations

from .backward_loop import BackwardLoop
from .backward_rows import AdjointWriter
from .backward_whole import WholeArrays
from .differentiate import differentiate
from .plan import Plan


def emit_backward(plan: Plan, outside: frozenset[str], with_inputs: bool) -> str:
    """Write ``prepare`` and ``backward`` for given outside adjoints.

    Parameters
    ----------
    plan : Plan
        Made for this purpose: it is changed.
    outside : frozenset of str
        Signals whose adjoints are given.
    with_inputs : bool
        Whether the inputs' gradients are wanted.
    """
    adjoints = differentiate(plan, outside)
    code = AdjointWriter(plan, adjoints, outside, with_inputs)
    whole = WholeArrays(code)
    code.allocate()
    early = set(adjoints.early)
    for index in adjoints.early:
        whole.node(index, code.early)
    for index in adjoints.looping:
        whole.known_part(index, early)
    writer = BackwardLoop(code)
    loop = [line for index in adjoints.looping for line in writer.node(index, early)]
    for index in adjoints.looping:
        if plan.dag.nodes[index].op == "matvec":
            whole.matrices.write(index, code.late)
    for index in adjoints.late:
        whole.node(index, code.late)
    return _assemble(code, loop)


def _assemble(code: AdjointWriter, loop: list[str]) -> str:
    """Both functions, as text."""
    body = [*code.setup, *code.early, *code.factors]
    if loop:
        heads, tails = list(code.zipped.values()), list(code.zipped)
        body.append(f"for {', '.join(heads)}{',' * (len(heads) == 1)} in zip(")
        body += [f"    {tail}," for tail in tails]
        body.append("):")
        body += [f"    {line}" for line in loop]
    body += code.late
    return "\n".join(
        [
            "def prepare(p, constant):",
            '    """Arrange the parameters, once a call."""',
            *(f"    {name} = {text}" for name, text in code.prepared.items()),
            f"    return {{{', '.join(f'{n!r}: {n}' for n in code.prepared)}}}",
            "",
            "",
            "def backward(s, inputs, a, outside, lo, hi, work):",
            '    """Gradients of parameters (grad), inputs (dx) and states at time 0."""',
            "    grad, dx, adjoint = {}, {}, {}",
            *(f'    {name} = s["{name}"]' for name in code.prepared),
            *(f"    {line}" for line in body),
            "    return grad, dx, adjoint",
            "",
        ]
    )
