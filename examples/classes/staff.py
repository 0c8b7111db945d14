"""The classes and the function that employees.py and employees.ts share by name."""

from datetime import datetime


class Employee:
    def __init__(self, name, salary, hired):
        self.name, self.salary, self.hired = name, salary, hired

    def raise_by(self, percent):
        self.salary += self.salary * percent // 100

    def years(self, until):
        return until.year - self.hired.year


class Client:
    """Has a connection and a cache, which stay where they are."""

    def __init__(self, host):
        self.host = host
        self.cache = {"warm": True}
        self.connection = open("/dev/null")

    def __getstate__(self):
        return {"host": self.host}

    def __setstate__(self, state):
        self.host = state["host"]
        self.cache = {}
        self.connection = open("/dev/null")


def by_salary(employee):
    return employee.salary
