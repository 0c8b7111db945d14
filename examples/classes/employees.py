"""The Python beside employees.ts: the same objects, each side's methods."""

import os
import pickle
import sys
from datetime import datetime

from staff import Client, Employee, by_salary

folder = sys.argv[1] if len(sys.argv) > 1 else "."
staff = [Employee("Ann", 50000, datetime(2019, 5, 1, 9)), Employee("Bob", 40000, datetime(2021, 1, 4, 9))]
with open(os.path.join(folder, "from-python.pkl"), "wb") as file:
    pickle.dump({"staff": staff, "client": Client("db.example"), "order": by_salary}, file)

theirs = os.path.join(folder, "from-brine.pkl")
by = theirs if os.path.exists(theirs) else os.path.join(folder, "from-python.pkl")
with open(by, "rb") as file:
    office = pickle.load(file)
for employee in sorted(office["staff"], key=office["order"]):
    employee.raise_by(10)
    print(employee.name, employee.salary, employee.years(datetime(2026, 1, 1)), employee.hired.isoformat())
client = office["client"]
print(client.host, len(client.cache), "closed" if client.connection.closed else "connected")
print(office["order"].__name__)
