#!/usr/bin/env python3
"""Plain-Python definitions of every optimizer in tests/data/optimizers.json, written from the papers' formulas and from
the algorithm boxes of torch.optim's documentation (PyTorch 2: release 2.0.1, and states of main of 2024 and 2025 for
NAdam and RAdam), in doubles and without any library.

  optimizers.py          compares the recorded runs (torch 1.13) with the definitions and says where they differ
  optimizers.py --write  puts the definitions' values where torch 1.13 differs from them, and adds the runs of EXTRA

What differs is NAdam alone: up to 1.13 torch multiplied its momentum product by mu_t twice.
"""
import json, math, os, sys

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "optimizers.json")
SOURCE = "definition as in PyTorch 2 (tests/reference/optimizers.py)"
C, S = math.sqrt(3) / 2, 0.5


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2, [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]


def quadratic20(x, y):
    return 0.5 * (x * x + 20 * y * y), [x, 20 * y]


FUNCTIONS = {"rosenbrock": rosenbrock, "quadratic20": quadratic20}


# One coordinate each: step(t, x, g, lr) -> x, t from 1.
class Sgd:
    def __init__(self, momentum=0, dampening=0, nesterov=False, weight_decay=0):
        self.a = (momentum, dampening, nesterov, weight_decay)
        self.m = None

    def step(self, t, x, g, lr):
        mu, tau, nesterov, decay = self.a
        g += decay * x
        if mu:
            self.m = g if self.m is None else mu * self.m + (1 - tau) * g
            g = g + mu * self.m if nesterov else self.m
        return x - lr * g


class Adam:
    def __init__(self, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, decoupled=False, largest="raw",
                 eps_root=0):
        self.b1, self.b2 = betas
        self.eps, self.decay, self.amsgrad, self.decoupled = eps, weight_decay, amsgrad, decoupled
        self.largest, self.eps_root = largest, eps_root
        self.m = self.v = self.top = 0.0

    def step(self, t, x, g, lr):
        if self.decoupled:
            x -= lr * self.decay * x
        else:
            g += self.decay * x
        self.m = self.b1 * self.m + (1 - self.b1) * g
        self.v = self.b2 * self.v + (1 - self.b2) * g * g
        v_hat = self.v / (1 - self.b2**t)
        if self.amsgrad and self.largest == "raw":
            self.top = max(self.top, self.v)
            v_hat = self.top / (1 - self.b2**t)
        elif self.amsgrad:
            v_hat = self.top = max(self.top, v_hat)
        return x - lr * self.m / (1 - self.b1**t) / (math.sqrt(v_hat + self.eps_root) + self.eps)


class AdamW(Adam):
    def __init__(self, **params):
        super().__init__(decoupled=True, **params)


class RMSprop:
    def __init__(self, alpha=0.99, eps=1e-8, momentum=0, centered=False, weight_decay=0, eps_root=0):
        self.a = (alpha, eps, momentum, centered, weight_decay, eps_root)
        self.v = self.m = self.mean = 0.0

    def step(self, t, x, g, lr):
        alpha, eps, mu, centered, decay, eps_root = self.a
        g += decay * x
        self.v = alpha * self.v + (1 - alpha) * g * g
        spread = self.v
        if centered:
            self.mean = alpha * self.mean + (1 - alpha) * g
            spread = max(self.v - self.mean**2, 0.0)
        self.m = mu * self.m + g / (math.sqrt(spread + eps_root) + eps)
        return x - lr * self.m


class Adagrad:
    def __init__(self, lr_decay=0, eps=1e-10, initial_accumulator_value=0, weight_decay=0, eps_root=0):
        self.a = (lr_decay, eps, weight_decay, eps_root)
        self.sum = initial_accumulator_value

    def step(self, t, x, g, lr):
        lr_decay, eps, decay, eps_root = self.a
        g += decay * x
        self.sum += g * g
        return x - lr / (1 + (t - 1) * lr_decay) * g / (math.sqrt(self.sum + eps_root) + eps)


class Adadelta:
    def __init__(self, rho=0.9, eps=1e-6, weight_decay=0):
        self.a = (rho, eps, weight_decay)
        self.v = self.u = 0.0

    def step(self, t, x, g, lr):
        rho, eps, decay = self.a
        g += decay * x
        self.v = rho * self.v + (1 - rho) * g * g
        delta = math.sqrt(self.u + eps) / math.sqrt(self.v + eps) * g
        self.u = rho * self.u + (1 - rho) * delta**2
        return x - lr * delta


class Adamax:
    def __init__(self, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        self.b1, self.b2 = betas
        self.eps, self.decay, self.m, self.u = eps, weight_decay, 0.0, 0.0

    def step(self, t, x, g, lr):
        g += self.decay * x
        self.m = self.b1 * self.m + (1 - self.b1) * g
        self.u = max(self.b2 * self.u, abs(g) + self.eps)
        return x - lr / (1 - self.b1**t) * self.m / self.u


class NAdam:  # Dozat 2016, algorithm 2
    def __init__(self, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3):
        self.b1, self.b2 = betas
        self.eps, self.decay, self.psi = eps, weight_decay, momentum_decay
        self.m = self.v = 0.0
        self.product = 1.0

    def step(self, t, x, g, lr):
        g += self.decay * x
        mu = self.b1 * (1 - 0.5 * 0.96 ** (t * self.psi))
        mu_next = self.b1 * (1 - 0.5 * 0.96 ** ((t + 1) * self.psi))
        self.product *= mu
        self.m = self.b1 * self.m + (1 - self.b1) * g
        self.v = self.b2 * self.v + (1 - self.b2) * g * g
        m_hat = mu_next * self.m / (1 - self.product * mu_next) + (1 - mu) * g / (1 - self.product)
        return x - lr * m_hat / (math.sqrt(self.v / (1 - self.b2**t)) + self.eps)


class RAdam:  # Liu et al. 2020, algorithm 2; epsilon beside sqrt(v) before the bias correction, as torch has it
    def __init__(self, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        self.b1, self.b2 = betas
        self.eps, self.decay, self.m, self.v = eps, weight_decay, 0.0, 0.0

    def step(self, t, x, g, lr):
        g += self.decay * x
        self.m = self.b1 * self.m + (1 - self.b1) * g
        self.v = self.b2 * self.v + (1 - self.b2) * g * g
        m_hat = self.m / (1 - self.b1**t)
        top = 2 / (1 - self.b2) - 1
        rho = top - 2 * t * self.b2**t / (1 - self.b2**t)
        if rho <= 5:
            return x - lr * m_hat
        r = math.sqrt((rho - 4) * (rho - 2) * top / ((top - 4) * (top - 2) * rho))
        return x - lr * m_hat * r * math.sqrt(1 - self.b2**t) / (math.sqrt(self.v) + self.eps)


CLASSES = {c.__name__: c for c in (Adam, AdamW, RMSprop, Adagrad, Adadelta, Adamax, NAdam, RAdam)}
CLASSES["SGD"] = Sgd

BETAS = [0.9, 0.999]
EXTRA = [
    ("nadam_psi", "NAdam", 0.05, {"betas": BETAS, "eps": 1e-8, "momentum_decay": 0.1, "weight_decay": 0.1}),
    ("amsgrad_corrected", "Adam", 0.1, {"betas": BETAS, "eps": 1e-8, "amsgrad": True, "largest": "corrected"}),
    ("adam_eps_root", "Adam", 0.1, {"betas": BETAS, "eps": 1e-8, "eps_root": 0.01}),
    ("rmsprop_eps_inside", "RMSprop", 0.01, {"alpha": 0.9, "eps": 0, "eps_root": 0.01}),
    ("adagrad_eps_root", "Adagrad", 0.5, {"eps": 0, "eps_root": 0.01}),
]


def walk(run):
    f = FUNCTIONS[run["function"]]
    rules = [CLASSES[run["cls"]](**run["params"]) for _ in range(2)]
    point = list(run["init"])
    path = [point]
    for t in range(1, run["steps"] + 1):
        g = f(*point)[1]
        point = [rule.step(t, x, slope, run["lr"]) for rule, x, slope in zip(rules, point, g)]
        path.append(point)
    return {"x": [p[0] for p in path], "y": [p[1] for p in path], "f": [f(*p)[0] for p in path]}


def main():
    write = "--write" in sys.argv
    with open(DATA) as file:
        data = json.load(file)
    for run in data["runs"]:
        if run["cls"] not in CLASSES:
            continue
        values = walk(run)
        gap = max(abs(a - b) / max(1, abs(b)) for key in "xy" for a, b in zip(values[key], run[key]))
        print(f"{run['id']:34} {gap:.1e}", "" if gap < 1e-9 else "differs")
        if gap >= 1e-9 and write:
            run.update(values)
            run["source"] = SOURCE
    if write:
        known = {run["id"]: run for run in data["runs"]}
        for name, cls, lr, params in EXTRA:
            for function in FUNCTIONS:
                init = known[f"adam@{function}"]["init"]
                run = {"id": f"{name}@{function}", "source": SOURCE, "cls": cls, "function": function, "init": init,
                       "lr": lr, "params": params, "steps": 50}
                run.update(walk(run))
                if run["id"] in known:
                    known[run["id"]].update(run)
                else:
                    data["runs"].append(run)
        with open(DATA, "w") as file:
            json.dump(data, file)


main()
