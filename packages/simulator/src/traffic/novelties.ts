import { commonFieldOf } from "@livekeeper/douyin/wire";
import { delimited } from "./message-walk.ts";
import { hash32 } from "./random.ts";
import type { Draft } from "./scene.ts";

/** Number of messages among which one is unknown while novelties are on. */
const every = 10;

/** Field number that no kind has. */
const unknownField = 3_001;

/** Number of unknown kinds. */
const futureKinds = 7;

/** Field in which clients look for the common part of an unknown kind. */
const usualCommonField = 1;

/**
 * Changes some messages as a later version of the site might: adds an unknown field, or makes the kind unknown. Which
 * messages are changed depends only on the broadcast and `k`.
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
