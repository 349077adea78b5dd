import { commonFieldOf } from "@livekeeper/douyin/wire";
import { delimited } from "./message-walk.ts";
import { hash32 } from "./random.ts";
import type { Draft } from "./scene.ts";

/** One in so many messages is new to everybody while novelties are on. */
const every = 10;

/** Field number that no kind has. */
const unknownField = 3_001;

/** Number of kinds that nobody knows. */
const futureKinds = 7;

/** Where clients look for the common part of a kind that they do not know. */
const usualCommonField = 1;

/**
 * A message as a later version of the site might send it: with a field that nobody knows, or of a kind that nobody knows.
 * Which messages are changed depends on the broadcast and `k` alone.
 */
export function withNovelties({ method, payload }: Draft, roomId: string, k: number): Draft {
	const draw = hash32(roomId, "novelty", k);
	if (draw % every !== 0) return { method, payload };
	const isRenamed = draw % (2 * every) !== 0 && commonFieldOf(method) === usualCommonField;
	return {
		method: isRenamed ? `WebcastSimulatedFuture${draw % futureKinds}Message` : method,
		payload: Buffer.concat([payload, delimited(unknownField, Buffer.from(`new-${k}`))]),
	};
}
