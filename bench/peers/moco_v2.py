"""MoCo v2 in PyTorch from given weights on given views. python3 moco_v2.py FOLDER float32|float64: writes losses and last weights.

He et al. 2020, arXiv 1911.05722, and Chen et al. 2020, arXiv 2003.04297: SGD with momentum that decays every parameter,
rate by cosine; the key network moves before its keys are taken; keys replace the oldest rows of a ring. A photo's older
key, or one of its group, is no negative.
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
steps, batch, length = plan["steps"], plan["batch"], plan["queue"]

saved = training_file.read(f"{folder}/first.safetensors")
asking, answering = [slim_resnet.Network(plan["out"], norms=False).to(dtype) for _ in range(2)]
slim_resnet.load(asking, "trained", saved)
slim_resnet.load(answering, "slow", saved)
queue, groups, place = saved["kept.queue.rows"].reshape(length, plan["out"]).to(dtype), torch.full((length,), -1), 0
optimizer = torch.optim.SGD(asking.parameters(), lr=plan["rate"], momentum=0.9, weight_decay=plan["decay"])

losses = []
for step, (first, second, ids) in enumerate(training_file.batches(folder, steps, batch, plan["side"], dtype)):
    for group in optimizer.param_groups:
        group["lr"] = plan["rate"] * (1 + math.cos(math.pi * step / steps)) / 2
    with torch.no_grad():
        for slow, fast in zip(answering.parameters(), asking.parameters()):
            slow.mul_(plan["momentum"]).add_(fast, alpha=1 - plan["momentum"])
        keys = F.normalize(answering(second), dim=1)
    queries = F.normalize(asking(first), dim=1)
    own = (queries * keys).sum(1, keepdim=True)
    old = (queries @ queue.T).masked_fill(ids[:, None] == groups[None, :], -math.inf)
    loss = F.cross_entropy(torch.cat([own, old], 1) / plan["temperature"], torch.zeros(batch, dtype=torch.long))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    places = (place + torch.arange(batch)) % length
    queue[places], groups[places], place = keys, ids.to(groups.dtype), (place + batch) % length
    losses.append(loss.item())

last = {**slim_resnet.dump(asking, "trained"), **slim_resnet.dump(answering, "slow"), "kept.queue.rows": queue}
training_file.write(f"{folder}/{kind}.safetensors", last)
print(json.dumps(losses))
