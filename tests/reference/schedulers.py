#!/usr/bin/env python3
"""Plain-Python versions of torch.optim.lr_scheduler as PyTorch 2 has it (read in a state of main of 2025; closed
forms), without any library. Compares the torch cases of tests/data/schedules.json, which came from torch 1.13, with them: none differs.

ReduceLROnPlateau is compared on positive metrics only; on negative ones Steplab departs from it (describe plateau).
"""
import json, math, os
from bisect import bisect_right

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "schedules.json")


def constant(t, base, factor=1 / 3, total_iters=5):
    return base * factor if t < total_iters else base


def linear(t, base, start_factor=1 / 3, end_factor=1.0, total_iters=5):
    return base * (start_factor + (end_factor - start_factor) * min(t, total_iters) / total_iters)


def exponential(t, base, gamma):
    return base * gamma**t


def step(t, base, step_size, gamma=0.1):
    return base * gamma ** (t // step_size)


def multistep(t, base, milestones, gamma=0.1):
    return base * gamma ** bisect_right(sorted(milestones), t)


def polynomial(t, base, total_iters=5, power=1.0):
    return base * (1 - min(t, total_iters) / total_iters) ** power


def cosine(t, base, T_max, eta_min=0.0):
    return eta_min + (base - eta_min) * (1 + math.cos(math.pi * t / T_max)) / 2


def restarts(t, base, T_0, T_mult=1, eta_min=0.0):
    length = T_0
    while t >= length:
        t, length = t - length, length * T_mult
    return eta_min + (base - eta_min) * (1 + math.cos(math.pi * t / length)) / 2


def cyclic(t, _, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0, **momentum):
    total = step_size_up + (step_size_down or step_size_up)
    ratio = step_size_up / total
    cycle = math.floor(1 + t / total)
    x = 1 + t / total - cycle
    height = x / ratio if x <= ratio else (x - 1) / (ratio - 1)
    scale = {"triangular": 1, "triangular2": 1 / 2 ** (cycle - 1), "exp_range": gamma**t}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


def one_cycle(t, _, max_lr, total_steps, pct_start=0.3, anneal_strategy="cos", div_factor=25.0, final_div_factor=1e4,
              three_phase=False, **momentum):
    initial = max_lr / div_factor
    top = pct_start * total_steps - 1
    phases = [(top, initial, max_lr)]
    phases += [(2 * top, max_lr, initial), (total_steps - 1, initial, initial / final_div_factor)] if three_phase \
        else [(total_steps - 1, max_lr, initial / final_div_factor)]
    begin = 0
    for end, low, high in phases:
        if t <= end or end == total_steps - 1:
            p = (t - begin) / (end - begin)
            return low + (high - low) * p if anneal_strategy == "linear" \
                else high + (low - high) / 2 * (1 + math.cos(math.pi * p))
        begin = end


def plateau(metrics, base, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps):
    rate, bad, cooling = base, 0, 0
    best = math.inf if mode == "min" else -math.inf
    rates = [rate]
    for metric in metrics:
        sign = -1 if mode == "min" else 1
        bar = best * (1 + sign * threshold) if threshold_mode == "rel" else best + sign * threshold
        if sign * metric > sign * bar:
            best, bad = metric, 0
        else:
            bad += 1
        if cooling > 0:
            cooling, bad = cooling - 1, 0
        if bad > patience:
            reduced = max(rate * factor, min_lr)
            rate = reduced if rate - reduced > eps else rate
            cooling, bad = cooldown, 0
        rates.append(rate)
    return rates


BY_CLASS = {"ConstantLR": constant, "LinearLR": linear, "ExponentialLR": exponential, "StepLR": step,
            "MultiStepLR": multistep, "PolynomialLR": polynomial, "CosineAnnealingLR": cosine,
            "CosineAnnealingWarmRestarts": restarts, "CyclicLR": cyclic, "OneCycleLR": one_cycle,
            "MultiplicativeLR": lambda t, base, factor: base * factor**t}
COMPOSED = {
    "sequential_lin5_cos_T20": lambda t, b: linear(t, b, 0.1, 1, 5) if t < 5 else cosine(t - 5, b, 15),
    "sequential_const5_exp_T20": lambda t, b: constant(t, b, 0.1, 5) if t < 5 else exponential(t - 5, b, 0.9),
    "chained_const_exp_T20": lambda t, b: constant(t, b, 0.1, 2) * exponential(t, 1, 0.9),
}


def expected(case):
    base, count = case["base_lr"], len(case["lr"])
    if case["cls"] == "ReduceLROnPlateau":
        return plateau(case["metrics"], base, **case["params"])[:count]
    if case["id"] in COMPOSED:
        return [COMPOSED[case["id"]](t, base) for t in range(count)]
    return [BY_CLASS[case["cls"]](t, base, **case["params"]) for t in range(count)]


def main():
    with open(DATA) as file:
        cases = [case for case in json.load(file)["cases"] if case["source"] == "torch"]
    for case in cases:
        gap = max(abs(a - b) for a, b in zip(expected(case), case["lr"]))
        print(f"{case['id']:34} {gap:.1e}", "" if gap < 1e-12 else "differs")


main()
