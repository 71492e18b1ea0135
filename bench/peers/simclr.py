"""SimCLR in PyTorch from given weights on given views. python3 simclr.py FOLDER float32|float64: writes losses and last weights.

Chen et al. 2020, arXiv 2002.05709, with AdamW: rate by warm-up and cosine, decay of matrices and filters alone, all
gradients together no longer than `clip`. Photos of one group are not used as each other's negatives.
"""
import json
import math
import sys

import torch
import torch.nn.functional as F

import slim_resnet
import training_file

folder, kind = sys.argv[1:3]
dtype = getattr(torch, kind)
plan = json.load(open(f"{folder}/plan.json"))
steps, batch = plan["steps"], plan["batch"]

network = slim_resnet.Network(plan["out"], norms=True).to(dtype)
slim_resnet.load(network, "trained", training_file.read(f"{folder}/first.safetensors"))
trained = [p for p in network.parameters() if p.requires_grad]
groups = [
    {"params": [p for p in trained if p.dim() >= 2], "weight_decay": plan["decay"]},
    {"params": [p for p in trained if p.dim() < 2], "weight_decay": 0},
]
optimizer = torch.optim.AdamW(groups, lr=0)


def rate(step):
    if step < plan["warmUp"]:
        return plan["rate"] * step / plan["warmUp"]
    done = (step - plan["warmUp"]) / (steps - plan["warmUp"])
    last = plan["rate"] * plan["final"]
    return last + (plan["rate"] - last) * (1 + math.cos(math.pi * done)) / 2


def nt_xent(z, ids):
    z = F.normalize(z, dim=1)
    mate = (torch.arange(2 * batch) + batch) % (2 * batch)
    twice = torch.cat([ids, ids])
    left_out = twice[:, None] == twice[None, :]
    left_out[torch.arange(2 * batch), mate] = False
    return F.cross_entropy((z @ z.T / plan["temperature"]).masked_fill(left_out, -math.inf), mate)


losses = []
for step, (first, second, ids) in enumerate(training_file.batches(folder, steps, batch, plan["side"], dtype)):
    for group in optimizer.param_groups:
        group["lr"] = rate(step)
    loss = nt_xent(network(torch.cat([first, second])), ids)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, plan["clip"])
    optimizer.step()
    losses.append(loss.item())

training_file.write(f"{folder}/{kind}.safetensors", slim_resnet.dump(network, "trained"))
print(json.dumps(losses))
