import { z } from "zod";

const anchor = z.object({
	id: z.string(),
	nickname: z.string(),
	avatar: z.string(),
	secUid: z.string().exactOptional(),
});

/** An answer that a room is not live, as it was given. */
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
	/** When anything was last known of it. */
	at: z.number(),
	way,
	anchor: anchor.optional(),
	roomId: z.string().optional(),
	title: z.string().optional(),
	userUniqueId: z.string().optional(),
	voice: z.boolean().optional(),
	/** When it alone was last asked about. */
	singlyAt: z.number().optional(),
	answer: answer.optional(),
	/** The batch call does not show it. */
	distrusted: z.boolean().optional(),
	/** Digest of the login that has shown it among those that it follows. */
	followedBy: z.string().optional(),
});

const exit = z.object({
	/** When this was written down; what is left of each budget is of then. */
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

/** Record of each exit, by a digest: a proxy's address may hold a password. Times are ms since the epoch. */
export const keptExits = z.record(z.string(), exit);
/** What is known of each room, by live id. */
export const keptRooms = z.record(z.string(), room);

export type KeptExit = z.infer<typeof exit>;
export type KeptExits = z.infer<typeof keptExits>;
export type KeptRoom = z.infer<typeof room>;
export type KeptRooms = z.infer<typeof keptRooms>;
/** An answer by which a room is not live. */
export type NotLive = z.infer<typeof answer>;

/** What outlives a restart. */
export interface KeptWatching {
	readonly exits?: KeptExits | undefined;
	readonly rooms?: KeptRooms | undefined;
}
