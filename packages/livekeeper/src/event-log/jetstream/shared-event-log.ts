import type { PairingStore } from "../../storage/index.ts";
import type { EventLog, Unsubscribe } from "../event-log.ts";

/** A room that another node has taken over. */
export interface FencedRoom {
	liveId: string;
	/** The run of the node that has claimed it; `undefined`: the servers have lost the end of the room's log. */
	by: string | undefined;
	/** Events that waited here, and were given up: the new owner has them from the upstream. */
	dropped: number;
}

/** An event log that nodes share. Of each room one node is the owner, the one that has claimed it last. */
export interface SharedEventLog extends EventLog {
	/** The pairing of a browser with any node. */
	readonly pairing: PairingStore;
	/**
	 * Makes this node the room's owner. `append` does so by itself, but never for a room that was taken over.
	 * @throws Fenced where the owner knows a newer view; LivekeeperError `storage_failing`
	 */
	claim(liveId: string): Promise<void>;
	/** Stores what is pending of the room, and releases it. @returns how many events could not be stored */
	release(liveId: string): Promise<number>;
	/** Called when a room turns out to be another node's. What is appended to it is dropped until `claim`. */
	onFenced(listener: (room: FencedRoom) => void): Unsubscribe;
	/**
	 * Has `onCommitted` report the room's events also while another node owns it, until the returned function is called.
	 * @throws LivekeeperError `storage_failing`
	 */
	follow(liveId: string): Promise<Unsubscribe>;
	/** Calls back when a node, maybe this one, may have changed which rooms are wanted, or identities. */
	onShared(kind: "wanted" | "identity", listener: () => void): Promise<Unsubscribe>;
	/** How many rooms this node owns. */
	readonly ownedRooms: number;
	/** Events that were given up since other nodes had claimed their rooms, since the log was opened. */
	readonly droppedEvents: number;
}
