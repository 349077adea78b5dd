import {
	type DescExtension,
	type DescField,
	type DescFile,
	type DescMessage,
	hasOption,
	ScalarType,
} from "@bufbuild/protobuf";
import { FieldOptions_JSType } from "@bufbuild/protobuf/wkt";

/** What a field holds; each kind has a method of that name in the reader and the writer. */
export type Kind = "bool" | "int32" | "uint64Number" | "uint64String" | "string" | "bytes" | "message" | "entries";

/** A field as the printer wants it. */
export interface Field {
	/** Name in TypeScript. */
	name: string;
	number: number;
	kind: Kind;
	repeated: boolean;
	/** The message's type, where `kind` is `message`. */
	message: DescMessage | undefined;
	/** The field of that message that is read, where it is the only one: what holds the message has its value. */
	sole: Field | undefined;
	/** The decoder skips it. */
	writeOnly: boolean;
	/** A number that is a time. */
	time: boolean;
	/** A list of which the decoder reads one item. */
	firstOnly: boolean;
	/** Bytes of which the decoder gives a reader. */
	inPlace: boolean;
	/** A text that comes again and again. */
	recurring: boolean;
	comment: DescField;
}

/** The extensions that say how a field is treated, as far as the schema has them. */
export interface Marks {
	writeOnly: DescExtension | undefined;
	time: DescExtension | undefined;
	firstOnly: DescExtension | undefined;
	inPlace: DescExtension | undefined;
	recurring: DescExtension | undefined;
}

export function findMarks(files: readonly DescFile[]): Marks {
	const extensions = files.flatMap((file) => file.extensions);
	const find = (name: string) => extensions.find((extension) => extension.name === name);
	return {
		writeOnly: find("write_only"),
		time: find("time"),
		firstOnly: find("first_only"),
		inPlace: find("in_place"),
		recurring: find("recurring"),
	};
}

/** The fields of a message in order of number. Throws on what the generator does not know. */
export function fieldsOf(message: DescMessage, marks: Marks): Field[] {
	if (message.oneofs.length > 0) throw new Error(`${message.typeName}: oneof and optional are not supported`);
	return message.fields
		.map((field) => ({
			name: field.localName,
			number: field.number,
			kind: kindOf(field),
			repeated: field.fieldKind === "list",
			message: field.message,
			sole: field.message && soleOf(field.message, marks),
			writeOnly: isMarked(field, marks.writeOnly),
			time: isMarked(field, marks.time),
			firstOnly: isMarked(field, marks.firstOnly),
			inPlace: isMarked(field, marks.inPlace),
			recurring: isMarked(field, marks.recurring),
			comment: field,
		}))
		.sort((a, b) => a.number - b.number);
}

/** The field of a message that is read, where it is the only one and has one value. */
export function soleOf(message: DescMessage, marks: Marks): Field | undefined {
	const read = message.fields.filter((field) => !isMarked(field, marks.writeOnly));
	if (read.length !== 1) return undefined;
	return fieldsOf(message, marks).find((field) => !field.writeOnly && hasOneValue(field));
}

/** Not a list, of which more than the first item is read, nor a map. */
export const hasOneValue = ({ kind, repeated, firstOnly }: Field): boolean =>
	kind !== "entries" && (!repeated || firstOnly);

const isMarked = (field: DescField, mark: DescExtension | undefined): boolean =>
	mark !== undefined && hasOption(field, mark);

function kindOf(field: DescField): Kind {
	switch (field.fieldKind) {
		case "message":
			return "message";
		case "map":
			if (field.mapKey === ScalarType.STRING && field.scalar === ScalarType.STRING) return "entries";
			break;
		case "list":
			if (field.listKind === "message") return "message";
			if (field.listKind === "scalar") return scalarKind(field, field.scalar);
			break;
		case "scalar":
			return scalarKind(field, field.scalar);
	}
	throw new Error(`${field}: enums and maps other than map<string, string> are not supported`);
}

function scalarKind(field: DescField, scalar: ScalarType): Kind {
	switch (scalar) {
		case ScalarType.BOOL:
			return "bool";
		case ScalarType.INT32:
			return "int32";
		case ScalarType.STRING:
			return "string";
		case ScalarType.BYTES:
			return "bytes";
		case ScalarType.UINT64: {
			const type = field.proto.options?.jstype;
			if (type === FieldOptions_JSType.JS_STRING) return "uint64String";
			if (type === FieldOptions_JSType.JS_NUMBER) return "uint64Number";
			throw new Error(`${field}: say whether it is an id (jstype = JS_STRING) or a count (jstype = JS_NUMBER)`);
		}
	}
	throw new Error(`${field}: type ${ScalarType[scalar]} is not supported`);
}

/**
 * Throws when a message can hold itself. The depth of what we read is then bounded by the schema, so no input can
 * exhaust the stack, and the decoder need not count.
 */
export function refuseRecursion(messages: readonly DescMessage[]): void {
	const done = new Set<DescMessage>();
	const visit = (message: DescMessage, path: readonly DescMessage[]): void => {
		if (path.includes(message)) {
			throw new Error(
				`${[...path, message].map((part) => part.name).join(" > ")}: recursive messages are not supported`,
			);
		}
		if (done.has(message)) return;
		for (const field of message.fields) if (field.message) visit(field.message, [...path, message]);
		done.add(message);
	};
	for (const message of messages) visit(message, []);
}
