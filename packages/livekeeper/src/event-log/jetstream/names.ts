import { hash53 } from "../../hash.ts";
import { tokenOf } from "../../storage/index.ts";
import { nameIn } from "./incarnation.ts";

/** What streams, subjects and buckets of one cluster are called. */
export class Names {
	readonly prefix: string;
	readonly partitions: number;

	/** @param prefix letters, digits, `-` and `_`: clusters with different ones share a NATS and know nothing of each other */
	constructor(prefix: string, partitions: number) {
		this.prefix = prefix;
		this.partitions = partitions;
	}

	partitionOf(liveId: string): number {
		return hash53(liveId) % this.partitions;
	}

	/** @param incarnation default: the first, and what it is kept as whichever is current */
	stream(partition: number, incarnation = 1): string {
		return nameIn(`${this.prefix}-ev-${partition}`, incarnation);
	}

	/** Where the rooms of a partition are written. */
	subjects(partition: number, incarnation: number): string {
		return `${this.#written(partition, incarnation)}.*`;
	}

	/** Subject on which each stored message is republished: the same for all incarnations. */
	republish(partition: number, incarnation: number): { src: string; dest: string } {
		return { src: `${this.#written(partition, incarnation)}.>`, dest: `${this.prefix}.live.${partition}.>` };
	}

	subjectOf(liveId: string, incarnation: number): string {
		return `${this.#written(this.partitionOf(liveId), incarnation)}.${tokenOf(liveId)}`;
	}

	#written(partition: number, incarnation: number): string {
		return `${this.prefix}.ev.${nameIn(String(partition), incarnation)}`;
	}

	liveSubjectOf(liveId: string): string {
		return `${this.prefix}.live.${this.partitionOf(liveId)}.${tokenOf(liveId)}`;
	}
}
