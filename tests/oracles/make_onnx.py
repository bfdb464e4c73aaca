"""Write the ONNX Runtime oracles: the forms that PyTorch does not have.

    pip install onnx onnxruntime
    python tests/oracles/make_onnx.py             writes tests/oracles/onnx_*.npz

The GRU with its reset before the product (``linear_before_reset=0``), the LSTM with peepholes, and
the LSTM with coupled gates (``input_forget=1``). Values only; float32, as ONNX Runtime computes.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

CASES = ("gru_before", "lstm_peepholes", "lstm_coupled")
T, B, D, H = 7, 3, 4, 5


def compute(case: str, seed: int) -> dict[str, np.ndarray]:
    """Run one case in ONNX Runtime."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper

    rng = np.random.default_rng(seed)
    kind = case.partition("_")[0].upper()
    gates = 3 if kind == "GRU" else 4
    arrays = {
        "X": rng.normal(size=(T, B, D)), "W": rng.normal(size=(1, gates * H, D)) * 0.6,
        "R": rng.normal(size=(1, gates * H, H)) * 0.6, "B": rng.normal(size=(1, 2 * gates * H)),
        "initial_h": rng.normal(size=(1, B, H)),
    }  # fmt: skip
    names = ["X", "W", "R", "B", "", "initial_h"]
    options: dict[str, int] = {"hidden_size": H}
    outputs = ["Y", "Y_h"]
    if kind == "LSTM":
        arrays["initial_c"] = rng.normal(size=(1, B, H))
        names.append("initial_c")
        outputs.append("Y_c")
        if case == "lstm_peepholes":
            arrays["P"] = rng.normal(size=(1, 3 * H)) * 0.6
            names.append("P")
        else:
            options["input_forget"] = 1
    arrays = {name: value.astype(np.float32) for name, value in arrays.items()}
    node = helper.make_node(kind, names, outputs, **options)
    graph = helper.make_graph(
        [node], case,
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, v.shape) for n, v in arrays.items()],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [T, 1, B, H]),
         *(helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, B, H]) for n in outputs[1:])],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    results = session.run(outputs, arrays)
    return {**arrays, **dict(zip(outputs, results, strict=True))}


if __name__ == "__main__":
    import onnxruntime

    for number, case in enumerate(CASES, 1):
        note = json.dumps(
            {"made_by": "tests/oracles/make_onnx.py", "onnxruntime": onnxruntime.__version__}
        )
        np.savez(Path(__file__).parent / f"onnx_{case}.npz", provenance=note,
                 **compute(case, number))  # fmt: skip
        print(case)
