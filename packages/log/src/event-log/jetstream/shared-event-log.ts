import type { PairingStore } from "../../storage/index.ts";
import type { EventLog, Unsubscribe } from "../event-log.ts";

/** A room that another node has taken over. */
export interface FencedRoom {
	liveId: string;
	/** Run of the node that has claimed it; `undefined`: the servers have lost the end of the room's log. */
	by: string | undefined;
	/** Number of waiting events that were dropped here: the new owner gets them from the upstream. */
	dropped: number;
}

/** An event log that nodes share. Each room has one owner, the node that claimed it last. */
export interface SharedEventLog extends EventLog {
	/** State of pairing a browser with any node. */
	readonly pairing: PairingStore;
	/**
	 * Makes this node the room's owner. `append` does so itself, except for a room that was taken over.
	 * @throws Fenced if the owner has a newer view; LivekeeperError `storage_failing`
	 */
	claim(liveId: string): Promise<void>;
	/** Stores the room's pending events, and releases it. @returns the number of events that could not be stored */
	release(liveId: string): Promise<number>;
	/** Called when a room turns out to belong to another node. Appends to it are dropped until `claim`. */
	onFenced(listener: (room: FencedRoom) => void): Unsubscribe;
	/**
	 * Makes `onCommitted` report the room's events even while another node owns it, until the returned function is
	 * called.
	 * @throws LivekeeperError `storage_failing`
	 */
	follow(liveId: string): Promise<Unsubscribe>;
	/** Calls back when a node, maybe this one, may have changed identities, or which rooms are kept. */
	onShared(kind: "wanted" | "identity", listener: () => void): Promise<Unsubscribe>;
	/** Number of rooms that this node owns. */
	readonly ownedRooms: number;
	/** Number of events dropped since the log was opened because other nodes had claimed their rooms. */
	readonly droppedEvents: number;
}
