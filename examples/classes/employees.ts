/**
 * Instances with their methods, a class that leaves its cache and connection behind and makes them anew, and a function by its
 * name: what Python wrote is used here, and the reverse.
 *
 *     node examples/classes/employees.ts FOLDER
 *     python3 examples/classes/employees.py FOLDER
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { classType, dump, functionType, load } from "brine";

/** In Python: `staff.Employee`. Its attributes are these. */
class Employee {
  name: string;
  salary: number;
  hired: Temporal.PlainDateTime;
  constructor(name: string, salary: number, hired: Temporal.PlainDateTime) {
    this.name = name;
    this.salary = salary;
    this.hired = hired;
  }
  raiseBy(percent: number): void {
    this.salary += Math.floor((this.salary * percent) / 100);
  }
  years(until: number): number {
    return until - this.hired.year;
  }
}

/** In Python: `staff.Client`. */
class Client {
  readonly cache = new Map<string, unknown>([["warm", true]]);
  connection: { open: boolean } = { open: true };
  readonly host: string;
  constructor(host: string) {
    this.host = host;
  }
}

function bySalary(employee: Employee): number {
  return employee.salary;
}

const types = [
  classType("staff.Employee", Employee),
  classType("staff.Client", Client, {
    getState: ({ host }) => ({ host }),
    setState: (client, state) => {
      // A bare object of the class: as in Python, no constructor was called.
      const { host } = state as { host: string };
      Object.assign(client, { host, cache: new Map(), connection: { open: true } });
    },
  }),
  functionType("staff.by_salary", bySalary),
];

interface Office {
  staff: Employee[];
  client: Client;
  order: (employee: Employee) => number;
}
const [folder = "."] = process.argv.slice(2);
const staff = [
  new Employee("Ann", 50_000, Temporal.PlainDateTime.from("2019-05-01T09:00")),
  new Employee("Bob", 40_000, Temporal.PlainDateTime.from("2021-01-04T09:00")),
];
const ours = join(folder, "from-brine.pkl");
await dump({ staff, client: new Client("db.example"), order: bySalary }, ours, { types });

const theirs = join(folder, "from-python.pkl");
const {
  staff: found,
  client,
  order,
} = await load<Office>(existsSync(theirs) ? theirs : ours, { types });
for (const employee of found.sort((a, b) => order(a) - order(b))) {
  employee.raiseBy(10);
  console.log(employee.name, employee.salary, employee.years(2026), String(employee.hired));
}
console.log(client.host, client.cache.size, client.connection.open ? "connected" : "closed");
console.log(order === bySalary ? "by_salary" : "another function");
