import { hash53 } from "@livekeeper/base/hash";
import { tokenOf } from "../../storage/index.ts";

/** Names of the streams, subjects and buckets of one cluster. */
export class Names {
	readonly prefix: string;
	readonly partitions: number;

	/** @param prefix letters, digits, `-` and `_`; clusters with different ones share a NATS without seeing each other */
	constructor(prefix: string, partitions: number) {
		this.prefix = prefix;
		this.partitions = partitions;
	}

	partitionOf(liveId: string): number {
		return hash53(liveId) % this.partitions;
	}

	stream(partition: number): string {
		return `${this.prefix}-ev-${partition}`;
	}

	/** Subjects to which the rooms of a partition are written. */
	subjects(partition: number): string {
		return `${this.prefix}.ev.${partition}.*`;
	}

	/** Subject on which each stored message is republished. */
	republish(partition: number): { src: string; dest: string } {
		return { src: `${this.prefix}.ev.${partition}.>`, dest: `${this.prefix}.live.${partition}.>` };
	}

	subjectOf(liveId: string): string {
		return `${this.prefix}.ev.${this.partitionOf(liveId)}.${tokenOf(liveId)}`;
	}

	liveSubjectOf(liveId: string): string {
		return `${this.prefix}.live.${this.partitionOf(liveId)}.${tokenOf(liveId)}`;
	}
}
