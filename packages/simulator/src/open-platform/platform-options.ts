/** Kinds of data that a task pushes. */
export const msgTypes = ["live_comment", "live_gift", "live_like", "live_fansclub"] as const;
export type MsgType = (typeof msgTypes)[number];

export function isMsgType(text: unknown): text is MsgType {
	return msgTypes.some((type) => type === text);
}

/** Kinds of which failed deliveries can be looked up. */
export const keptTypes: ReadonlySet<MsgType> = new Set(["live_gift", "live_fansclub"]);

/** What happens to callbacks on their way, each with a probability from 0 to 1. */
export interface PushFaults {
	/** It is never sent. */
	loss: number;
	/** It is sent twice. */
	duplicates: number;
	/** It is sent behind others that come after it. */
	disorder: number;
	/** It arrives, but its answer does not: it has failed. */
	lostAnswers: number;
}

/** An app of the open platform, as its developer has set it up. */
export interface AppSettings {
	secret: string;
	/** What callbacks are signed with, for each kind; the app's own secret where there is none. */
	callbackSecrets: Partial<Record<MsgType, string>>;
	/** Where callbacks go; "" for nowhere. */
	callbackUrl: string;
	/** Rooms, by live id, that have it mounted; `all` for every one. Tasks run in no other. Default `all`. */
	mounted: "all" | readonly string[];
	/** How long a token holds, ms. Default two hours. */
	tokenMs: number;
	/** Callbacks a second. Default 100. */
	rate: number;
	/** Entries in one callback. Default 20. */
	batch: number;
	faults: PushFaults;
}

export const noFaults: PushFaults = { loss: 0, duplicates: 0, disorder: 0, lostAnswers: 0 };

export const defaultApp = {
	callbackSecrets: {},
	callbackUrl: "",
	mounted: "all",
	tokenMs: 7_200_000,
	rate: 100,
	batch: 20,
	faults: noFaults,
} satisfies Omit<AppSettings, "secret">;
