"""The Python beside training.ts: the well-known checkpoint recipe, and a training run that goes on with either's files."""

import hashlib
import pickle
import sys
from datetime import datetime
from pathlib import Path


class CheckpointManager:
    """A folder of NAME.pkl and NAME.sha256."""

    def __init__(self, folder="checkpoints"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def save(self, name, state, metadata=None):
        checkpoint = {
            "name": name,
            "state": state,
            "metadata": metadata or {},
            "timestamp": datetime.now().isoformat(),
            "version": "1.0",
        }
        data = pickle.dumps(checkpoint)
        (self.folder / (name + ".pkl")).write_bytes(data)
        (self.folder / (name + ".sha256")).write_text(hashlib.sha256(data).hexdigest())

    def load(self, name):
        data = (self.folder / (name + ".pkl")).read_bytes()
        if hashlib.sha256(data).hexdigest() != (self.folder / (name + ".sha256")).read_text():
            raise ValueError("checkpoint %r is corrupted" % name)
        return pickle.loads(data)

    def list(self):
        names = [path.stem for path in self.folder.glob("*.pkl")]
        return sorted((self.load(name) for name in names), key=lambda checkpoint: checkpoint["timestamp"])

    def delete(self, name):
        (self.folder / (name + ".pkl")).unlink()
        (self.folder / (name + ".sha256")).unlink()


if __name__ == "__main__":
    manager = CheckpointManager(sys.argv[1] if len(sys.argv) > 1 else "checkpoints")
    saved = manager.list()
    run = saved[-1]["state"] if saved else {"epoch": 0, "losses": []}
    for _ in range(2):
        run["epoch"] += 1
        run["losses"].append(1 / run["epoch"])
        manager.save("epoch-%d" % run["epoch"], run, {"loss": run["losses"][-1], "by": "Python"})
    for checkpoint in manager.list():
        print(checkpoint["name"], "%.3f" % checkpoint["metadata"]["loss"], checkpoint["metadata"]["by"])
