import { z } from "zod";

const anchor = z.object({
	id: z.string(),
	nickname: z.string(),
	avatar: z.string(),
	secUid: z.string().exactOptional(),
});

/** An answer that a room is not live, as received. */
const answer = z.discriminatedUnion("status", [
	z.object({
		status: z.literal("offline"),
		liveId: z.string(),
		roomId: z.string().exactOptional(),
		title: z.string(),
		anchor: anchor.exactOptional(),
	}),
	z.object({ status: z.literal("no_room"), liveId: z.string(), anchor }),
	z.object({ status: z.literal("hidden"), liveId: z.string(), anchor: anchor.exactOptional() }),
	z.object({ status: z.literal("closed"), liveId: z.string(), anchor: anchor.exactOptional() }),
	z.object({ status: z.literal("not_found"), liveId: z.string() }),
]);

const way = z.enum(["enter", "reflow", "scene", "page", "batch", "followed"]);

const room = z.object({
	/** Time at which anything was last known about it. */
	at: z.number(),
	way,
	anchor: anchor.optional(),
	roomId: z.string().optional(),
	title: z.string().optional(),
	userUniqueId: z.string().optional(),
	voice: z.boolean().optional(),
	/** Time of its last single look-up. */
	singlyAt: z.number().optional(),
	answer: answer.optional(),
	/** Whether the batch call does not show it. */
	distrusted: z.boolean().optional(),
	/** Digest of the login whose list of followed rooms has shown it. */
	followedBy: z.string().optional(),
});

const exit = z.object({
	/** Time at which this was stored; the remaining budgets are as of then. */
	at: z.number(),
	page: z.number(),
	json: z.number(),
	batchIds: z.number(),
	ways: z.partialRecord(
		way,
		z.object({
			state: z.enum(["untried", "works", "rests"]),
			since: z.number(),
			until: z.number(),
			sign: z.enum(["captcha", "empty", "refused", "layout", "slow_down", "login"]).optional(),
			times: z.number(),
		}),
	),
});

/** Record of each exit by a digest, because a proxy's address may hold a password. Times are ms since the epoch. */
export const keptExits = z.record(z.string(), exit);
/** Stored knowledge about each room, by live id. */
export const keptRooms = z.record(z.string(), room);

export type KeptExit = z.infer<typeof exit>;
export type KeptExits = z.infer<typeof keptExits>;
export type KeptRoom = z.infer<typeof room>;
export type KeptRooms = z.infer<typeof keptRooms>;
/** An answer by which a room is not live. */
export type NotLive = z.infer<typeof answer>;

/** State that survives a restart. */
export interface KeptWatching {
	readonly exits?: KeptExits | undefined;
	readonly rooms?: KeptRooms | undefined;
}
