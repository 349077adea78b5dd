export {
	type DecodeContext,
	type DecodedFrame,
	type DecodedResponse,
	decodeFrame,
	decodeResponse,
} from "./decode.ts";
export { encodeAck, encodeHeartbeat } from "./encode.ts";
export { MessageWatch } from "./message-watch.ts";
