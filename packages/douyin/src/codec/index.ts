export {
	type DecodeContext,
	type DecodedFrame,
	type DecodedResponse,
	decodeFrame,
	decodeResponse,
} from "./decode.ts";
export { type DecodedRecent, decodeRecent } from "./decode-recent.ts";
export { encodeAck, encodeHeartbeat } from "./encode.ts";
