import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { createEcmaScriptPlugin, runNodeJs, type Schema } from "@bufbuild/protoplugin";
import { type Field, fieldsOf, findMarks, hasOneValue, type Marks, refuseRecursion } from "./fields.ts";
import { printMessage } from "./print-message.ts";

const fileNameOf = (file: DescFile): string => `${file.name.slice(file.name.lastIndexOf("/") + 1)}.ts`;

/**
 * Generates one .ts for each .proto file, with its messages' types, decoders and encoders, and an index of them all.
 */
function generate(schema: Schema): void {
	const marks = findMarks(schema.allFiles);
	const files = schema.files.filter((file) => file.messages.length > 0);
	const fields = fieldsOfAll(
		files.flatMap((file) => file.messages),
		marks,
	);
	const index = schema.generateFile("index.ts");
	index.print("// Generated from the .proto files by `npm run generate`. Do not edit.");
	for (const file of files) {
		const messages = file.messages.map((message) => ({ message, fields: fields.get(message) ?? [] }));
		const out = schema.generateFile(fileNameOf(file));
		out.print(`// Generated from ${file.name}.proto by \`npm run generate\`. Do not edit.`);
		const body = messages.flatMap(({ message, fields }) => printMessage(message, fields));
		for (const line of [...importsOf(file, messages, body), "", ...body]) out.print(line);
		index.print(`export { ${messages.flatMap(exportsOf).join(", ")} } from "./${fileNameOf(file)}";`);
	}
}

/** Returns the fields of every message. Throws with everything in the schema that the generator can't do. */
function fieldsOfAll(messages: readonly DescMessage[], marks: Marks): Map<DescMessage, readonly Field[]> {
	const problems: string[] = [];
	const attempt = (run: () => void) => {
		try {
			run();
		} catch (error) {
			problems.push(error instanceof Error ? error.message : String(error));
		}
	};
	const fields = new Map<DescMessage, readonly Field[]>();
	attempt(() => refuseRecursion(messages));
	for (const message of messages) attempt(() => fields.set(message, fieldsOf(message, marks)));
	if (problems.length > 0) throw new Error(problems.join("\n"));
	return fields;
}

interface MessageFields {
	message: DescMessage;
	fields: readonly Field[];
}

const isRead = ({ fields }: MessageFields): boolean => fields.some((field) => !field.writeOnly);

/** Whether the decoder makes an object of the message: not if it reads only one field. */
function isObject({ fields }: MessageFields): boolean {
	const read = fields.filter((field) => !field.writeOnly);
	return read.length > 1 || !read.every(hasOneValue);
}

function exportsOf(entry: MessageFields): string[] {
	const { name } = entry.message;
	const names = [`type ${name}Init`, `encode${name}`];
	if (!isRead(entry)) return names;
	return [...(isObject(entry) ? [`type ${name}`] : []), `decode${name}`, ...names];
}

function importsOf(file: DescFile, messages: readonly MessageFields[], body: readonly string[]): string[] {
	const reads = messages.some(isRead);
	const code = body.filter((line) => !/^\s*(\/\*\*| \*)/.test(line)).join("\n");
	const isUsed = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
	const values = ["EMPTY", "NOTHING"].filter(isUsed);
	const lines = reads
		? [`import { ${[...values, "readerOf", "type Budget", "type Reader"].join(", ")} } from "../reader.ts";`]
		: [];
	if (reads || messages.length > 0) lines.push('import type { WireError } from "../wire-error.ts";');
	lines.push('import { Writer } from "../writer.ts";');
	const wanted = new Map<DescFile, Set<string>>();
	const want = ({ message, sole }: Field): void => {
		if (sole) want(sole);
		if (!message || message.file === file) return;
		const names = wanted.get(message.file) ?? new Set();
		wanted.set(message.file, names);
		const { name } = message;
		for (const value of [`write${name}`, `read${name}`]) if (isUsed(value)) names.add(value);
		for (const type of [name, `${name}Init`]) if (isUsed(type)) names.add(`type ${type}`);
	};
	for (const { fields } of messages) for (const field of fields) want(field);
	for (const [from, names] of wanted)
		lines.push(`import { ${[...names].sort().join(", ")} } from "./${fileNameOf(from)}";`);
	return lines;
}

runNodeJs(createEcmaScriptPlugin({ name: "livekeeper-wire", version: "v1", generateTs: generate }));
