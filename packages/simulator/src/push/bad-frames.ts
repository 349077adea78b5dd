import { encodeMessage } from "@livekeeper/douyin/wire";
import type { Stroke } from "../faults/fault-spec.ts";
import { hash32, Random } from "../traffic/random.ts";
import { gzipBomb, type OutFrame, type PushFrames, upstreamGzip } from "./push-frames.ts";

const bombMebibytes = 64;
let bomb: Uint8Array | undefined;

/** Returns the extra frame that a fault sends; `undefined` for strokes without one. */
export function badFrame(frames: PushFrames, stroke: Stroke): OutFrame | undefined {
	switch (stroke) {
		case "garbage_gzip":
			return { wire: frames.zipped(garbageGzip(), []).wire };
		case "garbage_protobuf":
			return { wire: frames.zipped(upstreamGzip(noise(200)), []).wire };
		case "bomb":
			bomb ??= gzipBomb(bombMebibytes);
			return { wire: frames.zipped(bomb, []).wire };
		case "close":
			return frames.close();
		case "bad_message":
		case "cut":
		case "reset":
			return undefined;
	}
}

/** Id of the messages that will not decode: no real message has it. */
export const badMessageId = "7199999999999999999";

/** Returns a valid `Message` around an invalid chat. */
export function badMessage(): Uint8Array {
	return encodeMessage({ method: "WebcastChatMessage", payload: noise(60), msgId: badMessageId });
}

/** Returns the head of a gzip without a gzip after it. */
function garbageGzip(): Uint8Array {
	return Buffer.concat([Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff), noise(300)]);
}

/** Returns bytes that are neither protobuf nor deflate: each tag has a wire type that does not exist. */
function noise(length: number): Uint8Array {
	const random = new Random(hash32("noise"));
	return Uint8Array.from({ length }, () => (random.int(32) << 3) | 7);
}
