// A YAML tree that can say what no library would write, and its text in several styles. The dice fall the same way for the same seed.

export class Dice {
  constructor(seed) {
    this.state = seed >>> 0;
  }
  // A whole number below `n`.
  below(n) {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }
  one(list) {
    return list[this.below(list.length)];
  }
  some(list, most) {
    return list.filter(() => this.below(list.length) < most);
  }
  oftenNot() {
    return this.below(4) === 0;
  }
}

// Text that is written as it stands here.
export class Raw {
  constructor(text) {
    this.text = text;
  }
}
export const raw = (text) => new Raw(text);

// A mapping: pairs in their order, the same key as often as one likes.
export class Pairs {
  constructor(pairs = []) {
    this.pairs = pairs;
  }
  add(key, value) {
    this.pairs.push([key, value]);
    return this;
  }
  get(key) {
    return this.pairs.find(([name]) => name === key)?.[1];
  }
  has(key) {
    return this.pairs.some(([name]) => name === key);
  }
  set(key, value) {
    const pair = this.pairs.find(([name]) => name === key);
    if (pair) pair[1] = value;
    else this.add(key, value);
    return this;
  }
  drop(key) {
    this.pairs = this.pairs.filter(([name]) => name !== key);
    return this;
  }
}
export const map = (object = {}) => new Pairs(Object.entries(object));

const WORDS = /^(true|false|null|yes|no|on|off|y|n|~)$/i;
const quoted = (text, dice) => {
  const plain = /^[A-Za-z./_][A-Za-z0-9 ./_@+=()-]*$/.test(text) && !text.endsWith(" ") && !WORDS.test(text);
  if (plain && dice.below(5) > 0) return text;
  if (/[\n\t]/.test(text) || dice.below(3) === 0) return JSON.stringify(text);
  return `'${text.replaceAll("'", "''")}'`;
};
const key = (name, dice) => (name instanceof Raw ? name.text : /^[A-Za-z_-]+$/.test(name) && !WORDS.test(name) ? name : name === "on" ? "on" : quoted(name, dice));
const isEmpty = (value) => (value instanceof Pairs ? value.pairs.length === 0 : Array.isArray(value) && value.length === 0);

const flow = (value, dice) => {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map((one) => flow(one, dice)).join(", ")}]`;
  if (value instanceof Pairs) return `{${value.pairs.map(([name, one]) => `${key(name, dice)}: ${flow(one, dice)}`).join(", ")}}`;
  return typeof value === "string" ? (/[{}[\],:#]/.test(value) ? JSON.stringify(value) : quoted(value, dice)) : String(value);
};

// What a mapping writes behind `key:`.
const behind = (value, indent, dice) => {
  const isSmall = (value instanceof Pairs || Array.isArray(value)) && flow(value, new Dice(1)).length < 50;
  if (isEmpty(value) || (isSmall && dice.below(3) === 0 && !flow(value, new Dice(1)).includes("\n"))) return ` ${flow(value, dice)}\n`;
  if (value instanceof Pairs) return `\n${block(value, `${indent}  `, dice)}`;
  if (Array.isArray(value)) return `\n${block(value, dice.below(2) ? indent : `${indent}  `, dice)}`;
  if (typeof value === "string" && value.includes("\n") && !/^\s|[\t]/.test(value) && dice.below(4) > 0) {
    const lines = value.replace(/\n$/, "").split("\n");
    return ` ${value.endsWith("\n") ? "|" : "|-"}\n${lines.map((line) => (line === "" ? "\n" : `${indent}  ${line}\n`)).join("")}`;
  }
  const text = value instanceof Raw ? value.text : typeof value === "string" ? quoted(value, dice) : String(value);
  return text === "" ? "\n" : ` ${text}\n`;
};

// A tree as lines.
export const block = (value, indent, dice) => {
  if (value instanceof Pairs) return value.pairs.map(([name, one]) => `${indent}${key(name, dice)}:${behind(one, indent, dice)}`).join("");
  if (!Array.isArray(value)) return `${indent}${flow(value, dice)}\n`;
  const item = (one) => {
    if (!(one instanceof Pairs) || isEmpty(one)) return `${indent}- ${flow(one, dice)}\n`;
    return `${indent}- ${block(one, `${indent}  `, dice).slice(indent.length + 2)}`;
  };
  return value.map(item).join("");
};
