import type { DescMessage } from "@bufbuild/protobuf";
import { getComments } from "@bufbuild/protoplugin";
import { type Field, hasOneValue, type Kind } from "./fields.ts";

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

/** Prints the lines for one message. A message without fields to read gets no decoder. */
export function printMessage(message: DescMessage, fields: readonly Field[]): string[] {
	const name = message.name;
	const read = fields.filter((field) => !field.writeOnly);
	const [sole] = read.length === 1 ? read.filter(hasOneValue) : [];
	return [
		...(sole
			? printSole(name, sole)
			: read.length > 0
				? [...printType(message, read), ...printDecoder(name, read)]
				: []),
		...printInit(name, fields),
		...printEncoder(name, fields),
	];
}

function printType(message: DescMessage, fields: readonly Field[]): string[] {
	return [
		...docOf(message, ""),
		`export interface ${message.name} {`,
		...fields.flatMap((field) => [...docOf(field.comment, "\t"), `\t${nameOf(field)}: ${valueType(field)};`]),
		"}",
		"",
	];
}

/** Returns the name of a field in decoded messages; the only field read of a message is named after both. */
function nameOf(field: Field): string {
	if (field.firstOnly) return field.name.replace(/List$/, "");
	if (!field.sole || field.repeated) return field.name;
	const inner = nameOf(field.sole);
	return `${field.name}${inner.charAt(0).toUpperCase()}${inner.slice(1)}`;
}

function valueType(field: Field): string {
	if (field.firstOnly) return `${itemType(field)} | undefined`;
	if (field.repeated) return `${itemType(field)}[]`;
	return field.kind === "message" && !field.sole ? `${itemType(field)} | undefined` : itemType(field);
}

function itemType({ kind, sole, message, inPlace }: Field): string {
	if (sole) return valueType(sole);
	if (inPlace) return "Reader";
	if (kind === "entries") return "Map<string, string>";
	return kind === "message" ? (message?.name ?? "never") : scalarTypes[kind][0];
}

function initType(field: Field): string {
	const { kind } = field;
	if (kind === "entries") return "ReadonlyMap<string, string>";
	const item = kind === "message" ? `${field.message?.name}Init` : scalarTypes[kind][0];
	return field.repeated ? `readonly ${item}[]` : item;
}

function defaultOf(field: Field): string {
	if (field.kind === "entries") return "new Map()";
	if (field.firstOnly) return "undefined";
	if (field.repeated) return "[]";
	if (field.sole) return defaultOf(field.sole);
	if (field.inPlace) return "NOTHING";
	return field.kind === "message" ? "undefined" : scalarTypes[field.kind][1];
}

function printDecoder(name: string, fields: readonly Field[]): string[] {
	const initial = fields.map((field) => `${nameOf(field)}: ${defaultOf(field)}`).join(", ");
	return [
		...printDecode(name, name, "undefined"),
		`export function read${name}(r: Reader, end: number, into: ${name} | undefined): ${name} {`,
		`\tconst m = into ?? { ${initial} } satisfies ${name} as ${name};`,
		...printLoop(fields.flatMap((field) => printCase(field, `m.${nameOf(field)}`))),
		"\treturn m;",
		"}",
		"",
	];
}

/** Prints the decoder of a message with only one field to read: it returns the value and makes no object. */
function printSole(name: string, field: Field): string[] {
	const type = valueType(field);
	return [
		...printDecode(name, type, defaultOf(field)),
		`export function read${name}(r: Reader, end: number, into: ${type}): ${type} {`,
		"\tlet value = into;",
		...printLoop(printCase(field, "value")),
		"\treturn value;",
		"}",
		"",
	];
}

function printDecode(name: string, type: string, initial: string): string[] {
	return [
		`/** Throws {@link WireError} when \`bytes\` is not a ${name}, or holds more nested messages than \`budget\` allows. */`,
		`export function decode${name}(bytes: Uint8Array | Reader, budget?: Budget): ${type} {`,
		"\tconst r = readerOf(bytes, budget);",
		`\treturn read${name}(r, r.end, ${initial});`,
		"}",
		"",
	];
}

function printLoop(cases: readonly string[]): string[] {
	return [
		"\tconst { bytes } = r;",
		"\tlet pos = r.pos;",
		"\twhile (pos < end) {",
		"\t\tlet tag = bytes[pos++] as number;",
		"\t\tif (tag > 0x7f) {",
		"\t\t\ttag = r.longTag(tag, pos);",
		"\t\t\tpos = r.pos;",
		"\t\t}",
		"\t\tswitch (tag) {",
		...cases,
		"\t\t\tdefault:",
		"\t\t\t\tpos = r.skip(tag, pos, end);",
		"\t\t\t\tcontinue;",
		"\t\t}",
		"\t\tpos = r.pos;",
		"\t}",
		"\tr.close(pos, end);",
	];
}

/** @param place expression in which the field is stored */
function printCase(field: Field, place: string): string[] {
	const value = readValue(field, place);
	const lines = [`\t\t\tcase ${tagOf(field)}:`];
	if (field.kind === "entries") lines.push(`\t\t\t\t${value};`);
	else if (field.firstOnly) {
		lines.push(
			`\t\t\t\tif (${place} !== undefined) {`,
			"\t\t\t\t\tpos = r.skip(tag, pos, end);",
			"\t\t\t\t\tcontinue;",
		);
		lines.push("\t\t\t\t}", `\t\t\t\t${place} = ${value};`);
	} else if (field.repeated) lines.push(...pushOf(field, place, value).map((line) => `\t\t\t\t${line}`));
	else lines.push(`\t\t\t\t${place} = ${value};`);
	lines.push("\t\t\t\tbreak;");
	if (field.repeated && isPackable(field.kind)) {
		lines.push(
			`\t\t\tcase ${tagOf(field, 2)}: {`,
			"\t\t\t\tconst stop = r.open(pos, end);",
			"\t\t\t\tfor (pos = r.pos; pos < stop; pos = r.pos) {",
			...pushOf(field, place, value).map((line) => `\t\t\t\t\t${line}`),
			"\t\t\t\t}",
			"\t\t\t\tr.close(pos, stop);",
			"\t\t\t\tbreak;",
			"\t\t\t}",
		);
	}
	return lines;
}

function pushOf({ kind }: Field, place: string, value: string): string[] {
	return [`r.${kind === "message" ? "item" : "scalarItem"}(${place}.length);`, `${place}.push(${value});`];
}

function readValue(field: Field, place: string): string {
	switch (field.kind) {
		case "message": {
			const into = !field.repeated ? place : field.sole ? defaultOf(field.sole) : "undefined";
			return `read${field.message?.name}(r, r.open(pos, end), ${into})`;
		}
		case "entries":
			return `r.entry(pos, end, ${place})`;
		case "string":
			return `r.${field.recurring ? "recurring" : "string"}(pos, end)`;
		case "bytes":
			return field.inPlace ? "r.part(pos, end)" : "r.view(pos, end)";
		default:
			return `r.${field.time ? "time" : field.kind}(pos)`;
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
