#!/usr/bin/env python3
"""A GPT of PyTorch's own operations, with the weights of a file: logits, loss and all gradients go into another file.

usage: gpt.py WEIGHTS OUT LAYERS HEADS LENGTH

WEIGHTS (safetensors) has the tensors of the network under its parameters' names, `ids` and `targets` (windows of LENGTH tokens, one
after the other). OUT gets `loss`, `logits` and each gradient as NAME.gradient.
"""
import sys
import torch
from safetensors.torch import load_file, save_file

F = torch.nn.functional
weights, out, layers, heads, length = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
torch.set_num_threads(1)
tensors = load_file(weights)
ids, targets = (tensors.pop(name).long().view(-1, length) for name in ("ids", "targets"))
p = {name: tensor.requires_grad_() for name, tensor in tensors.items()}


def norm(x, name):
    return F.layer_norm(x, (x.shape[-1],), p[name + ".weight"], p[name + ".bias"], 1e-5)


def split(x):
    return x.view(x.shape[0], length, heads, -1).transpose(1, 2)


x = p["tok.weight"][ids] + p["pos.weight"][:length]
for block in range(1, layers + 1):
    name = f"block{block}."
    z = norm(x, name + "ln1")
    q, k, v = (split(F.linear(z, p[name + part + ".weight"])) for part in "qkv")
    z = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(x.shape)
    x = x + F.linear(z, p[name + "o.weight"])
    z = F.gelu(F.linear(norm(x, name + "ln2"), p[name + "fc1.weight"]))
    x = x + F.linear(z, p[name + "fc2.weight"])
logits = F.linear(norm(x, "ln"), p["tok.weight"])
loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
loss.backward()
results = {name + ".gradient": tensor.grad for name, tensor in p.items()}
results |= {"logits": logits.detach().flatten(0, 1).contiguous(), "loss": loss.detach().view(1)}
save_file(results, out)
