import type { DescMessage } from "@bufbuild/protobuf";
import { getComments } from "@bufbuild/protoplugin";
import type { Field, Kind } from "./fields.ts";

const scalarTypes = {
	bool: ["boolean", "false"],
	int32: ["number", "0"],
	uint64Number: ["number", "0"],
	uint64String: ["string", '"0"'],
	string: ["string", '""'],
	bytes: ["Uint8Array", "EMPTY"],
} as const;

const isPackable = (kind: Kind): boolean =>
	kind === "bool" || kind === "int32" || kind === "uint64Number" || kind === "uint64String";

const isDelimited = (kind: Kind): boolean => !isPackable(kind);

const tagOf = (field: Field, wireType = isDelimited(field.kind) ? 2 : 0): number =>
	((field.number << 3) | wireType) >>> 0;

/** The lines for one message. A message of which nobody reads a field gets no decoder. */
export function printMessage(message: DescMessage, fields: readonly Field[]): string[] {
	const name = message.name;
	const read = fields.filter((field) => !field.writeOnly);
	return [
		...(read.length > 0 ? [...printType(message, read), ...printDecoder(name, read)] : []),
		...printInit(name, fields),
		...printEncoder(name, fields),
	];
}

function printType(message: DescMessage, fields: readonly Field[]): string[] {
	return [
		...docOf(message, ""),
		`export interface ${message.name} {`,
		...fields.flatMap((field) => [...docOf(field.comment, "\t"), `\t${field.name}: ${valueType(field)};`]),
		"}",
		"",
	];
}

function valueType(field: Field): string {
	const { kind } = field;
	if (kind === "entries") return "Map<string, string>";
	const item = kind === "message" ? (field.message?.name ?? "never") : scalarTypes[kind][0];
	if (field.repeated) return `${item}[]`;
	return kind === "message" ? `${item} | undefined` : item;
}

function initType(field: Field): string {
	const { kind } = field;
	if (kind === "entries") return "ReadonlyMap<string, string>";
	const item = kind === "message" ? `${field.message?.name}Init` : scalarTypes[kind][0];
	return field.repeated ? `readonly ${item}[]` : item;
}

function defaultOf(field: Field): string {
	if (field.kind === "entries") return "new Map()";
	if (field.repeated) return "[]";
	return field.kind === "message" ? "undefined" : scalarTypes[field.kind][1];
}

function printDecoder(name: string, fields: readonly Field[]): string[] {
	return [
		`/** Throws {@link WireError} when \`bytes\` is not a ${name}, or holds more nested messages than \`budget\` allows. */`,
		`export function decode${name}(bytes: Uint8Array, budget?: Budget): ${name} {`,
		"\tconst r = new Reader(bytes, budget);",
		`\treturn read${name}(r, r.end, undefined);`,
		"}",
		"",
		`export function read${name}(r: Reader, end: number, into: ${name} | undefined): ${name} {`,
		`\tconst m = into ?? { ${fields.map((field) => `${field.name}: ${defaultOf(field)}`).join(", ")} } satisfies ${name} as ${name};`,
		"\twhile (r.pos < end) {",
		"\t\tconst tag = r.tag();",
		"\t\tswitch (tag) {",
		...fields.flatMap(printCase),
		"\t\t\tdefault:",
		"\t\t\t\tr.skip(tag, end);",
		"\t\t}",
		"\t}",
		"\tr.close(end);",
		"\treturn m;",
		"}",
		"",
	];
}

function printCase(field: Field): string[] {
	const value = readValue(field);
	const lines = [`\t\t\tcase ${tagOf(field)}:`];
	if (field.kind === "entries") lines.push(`\t\t\t\t${value};`);
	else if (field.firstOnly) {
		lines.push(`\t\t\t\tif (m.${field.name}.length > 0) r.skip(tag, end);`);
		lines.push(`\t\t\t\telse m.${field.name}.push(${value});`);
	} else if (field.repeated) lines.push(...pushOf(field, value).map((line) => `\t\t\t\t${line}`));
	else lines.push(`\t\t\t\tm.${field.name} = ${value};`);
	lines.push("\t\t\t\tbreak;");
	if (field.repeated && isPackable(field.kind)) {
		lines.push(
			`\t\t\tcase ${tagOf(field, 2)}: {`,
			"\t\t\t\tconst stop = r.open(end);",
			"\t\t\t\twhile (r.pos < stop) {",
			...pushOf(field, value).map((line) => `\t\t\t\t\t${line}`),
			"\t\t\t\t}",
			"\t\t\t\tr.close(stop);",
			"\t\t\t\tbreak;",
			"\t\t\t}",
		);
	}
	return lines;
}

function pushOf({ name, kind }: Field, value: string): string[] {
	return [`r.${kind === "message" ? "item" : "scalarItem"}(m.${name}.length);`, `m.${name}.push(${value});`];
}

function readValue(field: Field): string {
	switch (field.kind) {
		case "message":
			return `read${field.message?.name}(r, r.open(end), ${field.repeated ? "undefined" : `m.${field.name}`})`;
		case "entries":
			return `r.entry(end, m.${field.name})`;
		case "string":
		case "bytes":
			return `r.${field.kind}(end)`;
		default:
			return `r.${field.time ? "time" : field.kind}()`;
	}
}

function printInit(name: string, fields: readonly Field[]): string[] {
	return [
		`/** What {@link encode${name}} takes: every field may be left out. */`,
		`export interface ${name}Init {`,
		...fields.map((field) => `\t${field.name}?: ${initType(field)} | undefined;`),
		"}",
		"",
	];
}

function printEncoder(name: string, fields: readonly Field[]): string[] {
	return [
		`/** Throws {@link WireError} when a value does not fit its field. */`,
		`export function encode${name}(value: ${name}Init): Uint8Array {`,
		"\tconst w = new Writer();",
		`\twrite${name}(w, value);`,
		"\treturn w.finish();",
		"}",
		"",
		`export function write${name}(w: Writer, m: ${name}Init): void {`,
		...fields.flatMap(printWrite),
		"}",
		"",
	];
}

function printWrite(field: Field): string[] {
	const { kind, name } = field;
	const tag = tagOf(field);
	if (kind === "message") {
		const write = (value: string) =>
			`const at = w.open(${tag}); write${field.message?.name}(w, ${value}); w.close(at);`;
		if (field.repeated) return [`\tfor (const item of m.${name} ?? []) { ${write("item")} }`];
		return [`\tif (m.${name}) { ${write(`m.${name}`)} }`];
	}
	if (!field.repeated || kind === "entries") return [`\tw.${kind}(${tag}, m.${name});`];
	if (!isPackable(kind)) return [`\tfor (const item of m.${name} ?? []) w.${kind}Item(${tag}, item);`];
	return [
		`\tif (m.${name} && m.${name}.length > 0) {`,
		`\t\tconst at = w.open(${tagOf(field, 2)});`,
		`\t\tfor (const item of m.${name}) w.${kind}Item(item);`,
		"\t\tw.close(at);",
		"\t}",
	];
}

function docOf(desc: Parameters<typeof getComments>[0], indent: string): string[] {
	const text = getComments(desc).leading?.trim();
	if (!text) return [];
	const lines = text.split("\n").map((line) => line.trim());
	return [`${indent}/** ${lines.join(`\n${indent} * `)} */`];
}
