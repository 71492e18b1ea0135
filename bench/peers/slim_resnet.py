"""ResNet-10 for small images and the projection heads, in torch.nn; names as in training/modules, so that weights find their place."""
import torch.nn as nn
import torch.nn.functional as F

renamed = {"running_mean": "mean", "running_var": "variance"}


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(self.conv(x))


class Block(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1, self.conv2 = ConvNorm(inputs, width, 3, stride), ConvNorm(width, width, 3)
        self.carried = ConvNorm(inputs, width, 1, stride) if stride > 1 or inputs != width else nn.Identity()

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))) + self.carried(x))


class Encoder(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.stem = ConvNorm(3, width, 3)
        for stage in range(1, 5):
            inputs, outputs = width * 2 ** max(0, stage - 2), width * 2 ** (stage - 1)
            setattr(self, f"stage{stage}", nn.ModuleDict({"block0": Block(inputs, outputs, 2 if stage > 1 else 1)}))
        self.dim = 8 * width

    def forward(self, x):
        x = F.relu(self.stem(x))
        for stage in range(1, 5):
            x = getattr(self, f"stage{stage}")["block0"](x)
        return x.mean([2, 3])


class Layer(nn.Module):
    """A linear layer; with a norm it has no bias, and the last norm of SimCLR has a gain and no shift."""

    def __init__(self, inputs, outputs, norm=None):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs, bias=not norm)
        self.norm = nn.BatchNorm1d(outputs) if norm else nn.Identity()
        if norm == "scaled":
            self.norm.bias.requires_grad_(False)

    def forward(self, x):
        return self.norm(self.linear(x))


class Head(nn.Module):
    def __init__(self, dim, out, norms):
        super().__init__()
        self.layer0, self.layer1 = Layer(dim, dim, norms and "both"), Layer(dim, out, norms and "scaled")

    def forward(self, x):
        return self.layer1(F.relu(self.layer0(x)))


class Network(nn.Module):
    def __init__(self, out, norms):
        super().__init__()
        self.encoder = Encoder()
        self.head = Head(self.encoder.dim, out, norms)

    def forward(self, x):
        return self.head(self.encoder(x))


def tensors(network, path):
    """(our name, tensor, whether it lies transposed there) of everything that the network holds."""
    for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
        *places, last = name.split(".")
        if last == "num_batches_tracked" or (tensor.is_leaf and not tensor.requires_grad and last == "bias"):
            continue
        place, own = places[-1], renamed.get(last, last)
        if place == "norm" and last in ("weight", "bias"):
            own = {"weight": "gain", "bias": "shift"}[last]
        if place == "conv":
            own = "filters"
        if place == "linear":
            places = places[:-1]
        yield ".".join([path, *places, own]), tensor, place == "linear" and last == "weight"


def load(network, path, saved):
    held = {name for name, _, _ in tensors(network, path)}
    if held != {name for name in saved if name.startswith(f"{path}.")}:
        raise ValueError(f"the networks differ: {held ^ {name for name in saved if name.startswith(path)}}")
    for name, tensor, turned in tensors(network, path):
        tensor.data.copy_(saved[name].reshape(tensor.T.shape).T if turned else saved[name].reshape(tensor.shape))


def dump(network, path):
    return {name: tensor.T if turned else tensor for name, tensor, turned in tensors(network, path)}
