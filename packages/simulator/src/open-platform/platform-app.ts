import type { Clock } from "@livekeeper/douyin";
import type { Random } from "../traffic/random.ts";
import type { AppSettings, MsgType } from "./platform-options.ts";
import { Courier, PushTask } from "./task.ts";

/** Maximum number of calls per second of an app. */
const callsASecond = 10;

/** An app on the platform, with its tokens, tasks, and callbacks on their way. */
export class PlatformApp {
	readonly id: string;
	settings: AppSettings;
	readonly courier: Courier;
	readonly #clock: Clock;
	/** Expiry of each token. */
	readonly #tokens = new Map<string, number>();
	readonly #tasks = new Map<string, PushTask>();
	readonly #calls: number[] = [];
	#made = 0;

	constructor(id: string, settings: AppSettings, { clock, random }: { clock: Clock; random: Random }) {
		this.id = id;
		this.settings = settings;
		this.#clock = clock;
		this.courier = new Courier(clock, () => this.settings, random);
	}

	newToken(): { token: string; expiresIn: number } {
		const token = `tok-${this.id}-${++this.#made}`;
		this.#tokens.set(token, this.#clock.now() + this.settings.tokenMs);
		return { token, expiresIn: Math.floor(this.settings.tokenMs / 1000) };
	}

	holds(token: string): boolean {
		return (this.#tokens.get(token) ?? 0) > this.#clock.now();
	}

	/** Expires all tokens. */
	expireTokens(): void {
		this.#tokens.clear();
	}

	/** Whether one more call is allowed in this second. */
	mayCall(): boolean {
		const now = this.#clock.now();
		while (this.#calls[0] !== undefined && now - this.#calls[0] >= 1000) this.#calls.shift();
		if (this.#calls.length >= callsASecond) return false;
		this.#calls.push(now);
		return true;
	}

	isMountedIn(liveId: string): boolean {
		const { mounted } = this.settings;
		return mounted === "all" || mounted.includes(liveId);
	}

	tasks(): PushTask[] {
		return [...this.#tasks.values()];
	}

	task(roomId: string, type: MsgType): PushTask | undefined {
		return this.#tasks.get(`${roomId} ${type}`);
	}

	/** Starts a task; one that already runs continues. */
	start(liveId: string, roomId: string, type: MsgType): PushTask {
		const key = `${roomId} ${type}`;
		let task = this.#tasks.get(key);
		if (!task) {
			const id = `task-${this.id}-${this.#tasks.size + 1}`;
			task = new PushTask({ id, appId: this.id, liveId, roomId, type }, () => this.#clock.now());
			this.#tasks.set(key, task);
		}
		task.running = true;
		return task;
	}

	tick(now: number): void {
		for (const task of this.#tasks.values()) {
			const parcel = task.take();
			if (parcel) this.courier.send(parcel);
		}
		this.courier.tick(now);
	}
}
