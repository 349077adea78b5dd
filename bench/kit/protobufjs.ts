import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import protobuf from "protobufjs";

const folder = fileURLToPath(new URL("../../packages/douyin/proto/livekeeper/webcast/v1/", import.meta.url));
const toObject: protobuf.IConversionOptions = { longs: String };

/** The library's result for a message, in our form: the same fields, 64-bit numbers as exact strings. */
export interface ReadMessage {
	id: string;
	method: string;
	payload: Record<string, unknown>;
}

/** Creates a decoder of whole frames by protobufjs, over our own schema without the fields that our decoder skips. */
export function protobufjsDecoder(): (frame: Uint8Array) => ReadMessage[] {
	const root = new protobuf.Root();
	for (const file of readdirSync(folder)) {
		if (file !== "options.proto") protobuf.parse(readFileSync(`${folder}${file}`, "utf8"), root);
	}
	root.resolveAll();
	const scope = root.lookup("livekeeper.webcast.v1") as protobuf.Namespace;
	for (const type of scope.nestedArray) if (type instanceof protobuf.Type) dropUnread(type);
	const [pushFrame, response, untyped] = ["PushFrame", "Response", "Untyped"].map((name) => scope.lookupType(name));
	if (!pushFrame || !response || !untyped) throw new Error("the schema has no envelope");
	const typeOf = (method: string) => {
		const found = scope.get(method.replace(/^Webcast/, ""));
		return found instanceof protobuf.Type ? found : untyped;
	};
	const types = new Map<string, protobuf.Type>();
	return (bytes) => {
		const frame = pushFrame.decode(bytes) as unknown as { payload: Uint8Array };
		const packed = frame.payload;
		const size = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4).getUint32(0, true);
		const unpacked = response.decode(gunzipSync(packed, { chunkSize: size + 1 }));
		return (unpacked as unknown as { messages: Message[] }).messages.map(({ msgId, method, payload }) => {
			const type = types.get(method) ?? typeOf(method);
			types.set(method, type);
			return { id: msgId.toString(), method, payload: type.toObject(type.decode(payload), toObject) };
		});
	};
}

interface Message {
	msgId: { toString(): string };
	method: string;
	payload: Uint8Array;
}

function dropUnread(type: protobuf.Type): void {
	for (const field of type.fieldsArray) if (field.options?.["(write_only)"]) type.remove(field);
}
