// What the letters of a film mean; the order is that of the legend.
const STATES = {
  p: ["primary", "the ENI's own address, which no pod gets"],
  a: ["assigned", "held by a pod"],
  f: ["warm", "free, may be given to a pod"],
  c: ["cooling", "a pod left it a moment ago; not given out yet"],
  x: ["excluded", "on an ENI of an excluded subnet; given to no pod"],
  u: ["not owned", "on the ENI, but not in the daemon's store"],
  g: ["gone", "in the daemon's store, but no longer on the ENI"],
  s: ["stranded", "held by a pod, but no longer on the ENI"],
  l: ["leaked", "of an ENI that is attached to nothing"],
  e: ["empty slot", "the ENI has room for one more"],
};

const NUMBERS = {
  pods: "pods",
  reserved: "reserved",
  assigned: "assigned",
  available: "warm (available)",
  wanted: "wanted",
  enis: "ENIs",
  owned: "owned",
  cooling: "cooling",
  waiting: "waiting",
  leaked: "leaked ENIs",
  refused: "refused",
  ec2_calls: "EC2 calls",
};
const MAJOR = ["pods", "reserved", "assigned", "available"];
const IF_USED = ["waiting", "cooling", "leaked", "refused"];
const LINES = ["reserved", "assigned", "available", "wanted"];

function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "class") made.className = value;
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((each) => each !== null && each !== ""));
  return made;
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toLocaleString("en", { maximumFractionDigits: 3 })} s`;
}

function counted(number, word) {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}
