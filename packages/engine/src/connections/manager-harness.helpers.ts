import type { UpstreamEvent } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { chat, FakeUpstream, live } from "../rooms/fake-upstream.helpers.ts";
import { CollectingQueue } from "../rooms/message-queue.helpers.ts";
import { PromptLooks } from "../rooms/prompt-looks.helpers.ts";
import type { RoomIdentity } from "./identities.ts";
import { type ConnectionManagerOptions, PersistentConnectionManager } from "./persistent-connection-manager.ts";

/** An upstream that counts how often it was closed. */
export class ClosableUpstream extends FakeUpstream {
	closed = 0;

	close(): void {
		this.closed++;
	}
}

/** A manager over fake upstreams, on a clock that the test advances. */
export class ManagerHarness {
	readonly clock = new ManualClock();
	readonly log = recordingLogger();
	readonly made: { options: RoomIdentity; upstream: ClosableUpstream }[] = [];
	readonly manager: PersistentConnectionManager;
	/** Called with each created upstream. */
	prepare: (upstream: ClosableUpstream) => void = () => undefined;

	constructor(overrides: Partial<ConnectionManagerOptions> = {}) {
		this.manager = new PersistentConnectionManager({
			clock: this.clock,
			logger: this.log.logger,
			looks: new PromptLooks(this.clock),
			upstreamFor: (options) => {
				const upstream = new ClosableUpstream(this.clock, options.cookie ? "logged_in" : "anonymous");
				upstream.page = (liveId) => live(`r-${liveId}`, liveId);
				this.prepare(upstream);
				this.made.push({ options, upstream });
				return upstream;
			},
			...overrides,
		});
	}

	get messages(): string[] {
		return this.log.lines.map((line) => line.msg);
	}

	/** All sessions of all upstreams that are not closed. */
	get openSessions() {
		return this.made.flatMap(({ upstream }) => upstream.openSessions);
	}

	/** Whether no handshake is under way and no request waits for a permit. */
	get isIdle(): boolean {
		const { handshakes, waiting } = this.manager.admission;
		return handshakes + waiting === 0;
	}

	queue(): CollectingQueue {
		return new CollectingQueue();
	}

	/** Lets rooms connect by themselves from now on and send messages; resumed sessions begin with the last message. */
	connectAll(): void {
		const said = new Map<string, UpstreamEvent>();
		this.prepare = (upstream) => {
			upstream.onSession = (session) => {
				const { liveId, roomId, cursor } = session.request;
				const known = cursor && said.get(roomId);
				const fresh = chat(this.clock.now(), { roomId, liveId });
				said.set(roomId, fresh);
				session.open();
				session.frame(known ? [known, fresh] : [fresh]);
			};
		};
	}
}
