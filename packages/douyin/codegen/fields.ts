import {
	type DescExtension,
	type DescField,
	type DescFile,
	type DescMessage,
	hasOption,
	ScalarType,
} from "@bufbuild/protobuf";
import { FieldOptions_JSType } from "@bufbuild/protobuf/wkt";

/** Kind of value in a field; the reader and the writer have a method with the name of each kind. */
export type Kind = "bool" | "int32" | "uint64Number" | "uint64String" | "string" | "bytes" | "message" | "entries";

/** A field, prepared for the printer. */
export interface Field {
	/** Name in TypeScript. */
	name: string;
	number: number;
	kind: Kind;
	repeated: boolean;
	/** The message's type, if `kind` is `message`. */
	message: DescMessage | undefined;
	/**
	 * The only field of that message that is read, if there is just one: the containing message holds its value directly.
	 */
	sole: Field | undefined;
	/** Whether the decoder skips it. */
	writeOnly: boolean;
	/** Whether it is a number that is a time. */
	time: boolean;
	/** Whether it is a list and the decoder reads only one item. */
	firstOnly: boolean;
	/** Whether the decoder gives a reader of the bytes instead of the bytes. */
	inPlace: boolean;
	/** Whether it is a text that recurs. */
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

/** Returns the fields of a message in order of number. Throws on anything that the generator does not support. */
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

/** Returns the only field of a message that is read, if there is just one and it has one value. */
export function soleOf(message: DescMessage, marks: Marks): Field | undefined {
	const read = message.fields.filter((field) => !isMarked(field, marks.writeOnly));
	if (read.length !== 1) return undefined;
	return fieldsOf(message, marks).find((field) => !field.writeOnly && hasOneValue(field));
}

/** Whether the field has one value: neither a map nor a list with more than its first item read. */
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
 * Throws if a message can contain itself. Without recursion the schema bounds the depth of what we read, so no input
 * can exhaust the stack, and the decoder need not count.
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
