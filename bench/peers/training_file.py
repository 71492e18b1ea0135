"""Files of the parity bench: safetensors by hand (a length, a JSON header, numbers), and raw batches."""
import json
import struct

import numpy as np
import torch

types = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "U8": np.uint8}


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header, start = json.loads(data[8 : 8 + length]), 8 + length
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(
            np.frombuffer(data[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]], types[entry["dtype"]])
            .reshape(entry["shape"])
            .copy()
        )
        for name, entry in header.items()
    }


def write(path, tensors):
    header, parts, end = {}, [], 0
    for name, tensor in tensors.items():
        numbers = tensor.detach().to(torch.float32).contiguous().numpy()
        header[name] = {"dtype": "F32", "shape": list(numbers.shape), "data_offsets": [end, end + numbers.nbytes]}
        end += numbers.nbytes
        parts.append(numbers.tobytes())
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def batches(folder, steps, batch, side, dtype):
    """The two views of every batch as the other engine saw them, and the groups of its photos."""
    pixels = np.memmap(f"{folder}/views.f32", np.float32, "r", shape=(steps, 2, batch, 3, side, side))
    groups = np.fromfile(f"{folder}/ids.i32", np.int32).reshape(steps, batch)
    for step in range(steps):
        first, second = torch.from_numpy(pixels[step].copy()).to(dtype)
        yield first, second, torch.from_numpy(groups[step])
