"""Training steps of SimCLR with AdamW in PyTorch, one for each line read: answers {"wall": ms, "cpu": ms}.

python3 simclr_step.py vit-mini|vit-tiny|resnet-18|mobilenet PHOTOS SIDE cpu|cuda full|half
The networks are those of training/modules, written with torch.nn. Threads come from OMP_NUM_THREADS.
"""
import contextlib
import json
import os
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

name, photos, side, device, half = sys.argv[1], *map(int, sys.argv[2:4]), sys.argv[4], sys.argv[5] == "half"
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads, self.qkv, self.out = heads, nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)

    def forward(self, x):
        batch, tokens, dim = x.shape
        size = dim // self.heads
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, size).permute(2, 0, 3, 1, 4).unbind(0)
        weights = ((q @ k.transpose(-1, -2)) * size**-0.5).softmax(-1)
        return self.out((weights @ v).transpose(1, 2).reshape(batch, tokens, dim))


class Block(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.norm1, self.norm2, self.attention = nn.LayerNorm(dim), nn.LayerNorm(dim), Attention(dim, heads)
        self.widen, self.narrow = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.narrow(F.gelu(self.widen(self.norm2(x))))


class Vit(nn.Module):
    def __init__(self, patch=16, dim=192, depth=4, heads=3):
        super().__init__()
        self.dim, self.embed = dim, nn.Conv2d(3, dim, patch, patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, dim))
        self.position = nn.Parameter(torch.randn(1, (side // patch) ** 2, dim) * 0.02)
        self.blocks, self.norm = nn.Sequential(*[Block(dim, heads) for _ in range(depth)]), nn.LayerNorm(dim)

    def forward(self, x):
        x = self.embed(x).flatten(2).transpose(1, 2) + self.position
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], 1)
        return self.norm(self.blocks(x))[:, 0]


def conv_norm(inputs, outputs, kernel, stride, groups=1, activation=None):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([activation()] if activation else []))


class Basic(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.body = nn.Sequential(conv_norm(inputs, width, 3, stride, activation=nn.ReLU), conv_norm(width, width, 3, 1))
        same = stride == 1 and inputs == width
        self.carried = nn.Identity() if same else conv_norm(inputs, width, 1, stride)

    def forward(self, x):
        return F.relu(self.body(x) + self.carried(x))


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        hidden, self.around = inputs * expansion, stride == 1 and inputs == outputs
        widen = [conv_norm(inputs, hidden, 1, 1, activation=nn.ReLU6)] if expansion > 1 else []
        look = conv_norm(hidden, hidden, 3, stride, hidden, nn.ReLU6)
        self.body = nn.Sequential(*widen, look, conv_norm(hidden, outputs, 1, 1))

    def forward(self, x):
        return x + self.body(x) if self.around else self.body(x)


class Convnet(nn.Module):
    def __init__(self, layers, dim):
        super().__init__()
        self.dim, self.body = dim, nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x).mean([2, 3])


def resnet18():
    stem = [conv_norm(3, 64, 3, 1, activation=nn.ReLU)] if side < 64 else [conv_norm(3, 64, 7, 2, activation=nn.ReLU), nn.MaxPool2d(3, 2, 1)]
    layers, channels = stem, 64
    for stage, width in enumerate([64, 128, 256, 512]):
        for i in range(2):
            layers.append(Basic(channels, width, 2 if stage and not i else 1))
            channels = width
    return Convnet(layers, 512)


def mobilenet():
    layers, channels = [conv_norm(3, 32, 3, 1 if side < 64 else 2, activation=nn.ReLU6)], 32
    for expansion, outputs, count, stride in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
        for i in range(count):
            layers.append(Inverted(channels, outputs, expansion, stride if i == 0 else 1))
            channels = outputs
    return Convnet([*layers, conv_norm(channels, 1280, 1, 1, activation=nn.ReLU6)], 1280)


if device == "cuda" and not torch.cuda.is_available():
    sys.exit("this PyTorch sees no card")
encoder = {
    "vit-mini": Vit,
    "vit-tiny": lambda: Vit(depth=12),
    "resnet-18": resnet18,
    "mobilenet": mobilenet,
}[name]()
head = nn.Sequential(nn.Linear(encoder.dim, encoder.dim), nn.ReLU(), nn.Linear(encoder.dim, 128))
model = nn.Sequential(encoder, head).to(device)
matrices = [p for p in model.parameters() if p.dim() >= 2]
others = [p for p in model.parameters() if p.dim() < 2]
optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.05}, {"params": others, "weight_decay": 0}], lr=1e-3)
scaler = torch.cuda.amp.GradScaler(enabled=half)
x = torch.rand(2 * photos, 3, side, side, device=device)
itself = torch.eye(2 * photos, dtype=torch.bool, device=device)
mate = (torch.arange(2 * photos, device=device) + photos) % (2 * photos)
for _ in sys.stdin:
    start, spent = time.perf_counter(), time.process_time()
    with torch.autocast(device, torch.float16) if half else contextlib.nullcontext():
        z = F.normalize(model(x).float(), dim=1)
        loss = F.cross_entropy((z @ z.T / 0.2).masked_fill(itself, -float("inf")), mate)
    optimizer.zero_grad(set_to_none=True)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    loss.item()
    print(json.dumps({"wall": 1000 * (time.perf_counter() - start), "cpu": 1000 * (time.process_time() - spent)}), flush=True)
