"""Functions and closures that plain pickle refuses, kept by dill and run by a pool of processes.

    python3 examples/dill/functions.py FOLDER
    node examples/dill/functions.ts FOLDER
"""
import multiprocessing
import pathlib
import pickle
import sys

import dill

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def make_adder(n):
    """Returns a function that adds n."""
    def add(x):
        return x + n
    return add


def mean_of_squares(numbers):
    squares = [number * number for number in numbers]
    return sum(squares) / len(squares)


def run(task):
    function, argument = dill.loads(task)
    return function(argument)


if __name__ == "__main__":
    triple = lambda x: x * 3
    try:
        pickle.dumps(triple)
    except (pickle.PicklingError, AttributeError):
        print("pickle refuses a lambda")
    (folder / "from-python.pkl").write_bytes(
        dill.dumps({"triple": triple, "add": make_adder(5), "mean": mean_of_squares})
    )

    tasks = [dill.dumps((make_adder(5), x)) for x in (10, 20, 30)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print("pool", *pool.map(run, tasks))

    # What brine wrote back of the same functions: they are still Python's.
    back = folder / "back.pkl"
    if back.exists():
        functions = dill.loads(back.read_bytes())
        print("back", functions["triple"](7), functions["add"](10), functions["mean"]([1, 2, 3]))
