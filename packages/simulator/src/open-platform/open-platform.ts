import type { Clock } from "@livekeeper/douyin";
import { SimulatorError } from "../errors.ts";
import type { Broadcast } from "../rooms/broadcast.ts";
import type { RoomSet } from "../rooms/room-set.ts";
import { hash32, Random } from "../traffic/random.ts";
import type { SourceMessage } from "../traffic/source.ts";
import { msgTypeOf } from "./entries.ts";
import { PlatformApp } from "./platform-app.ts";
import { type AppSettings, defaultApp, type MsgType, type PushFaults } from "./platform-options.ts";
import type { PushTask, TaskTruth } from "./task.ts";

/** Changes of an app; settings that are left out stay. */
export type AppChange = Partial<Omit<AppSettings, "faults">> & { faults?: Partial<PushFaults> | undefined };

/** A call that the platform rejects. */
export interface Refused {
	errNo: number;
	errMsg: string;
}

export const errors = {
	parameter: (name: string): Refused => ({ errNo: 40_023, errMsg: `parameter ${name} is missing` }),
	token: { errNo: 40_022, errMsg: "invalid access-token" },
	conditions: (why: string): Refused => ({ errNo: 5_003_019, errMsg: why }),
} as const;

/** The open platform, which pushes events of rooms to apps. */
export class OpenPlatform {
	readonly #clock: Clock;
	readonly #rooms: RoomSet;
	readonly #seed: number;
	readonly #apps = new Map<string, PlatformApp>();
	/** Running tasks of each broadcast, so that most messages are skipped at once. */
	readonly #running = new Map<string, PushTask[]>();

	constructor({ clock, rooms, seed }: { clock: Clock; rooms: RoomSet; seed: number }) {
		this.#clock = clock;
		this.#rooms = rooms;
		this.#seed = seed;
	}

	get apps(): PlatformApp[] {
		return [...this.#apps.values()];
	}

	/** Creates an app, or changes it. @throws SimulatorError `bad_app` for a new one without a secret */
	setApp(id: string, { faults, ...change }: AppChange): PlatformApp {
		const known = this.#apps.get(id);
		const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
		const before = known?.settings ?? { ...defaultApp, secret: "" };
		const settings: AppSettings = { ...before, ...given, faults: { ...before.faults, ...faults } };
		if (settings.secret === "") throw new SimulatorError("bad_app", `The app ${id} needs a secret.`);
		if (known) {
			known.settings = settings;
			for (const task of known.tasks()) if (!known.isMountedIn(task.liveId)) this.#end(task);
			return known;
		}
		const random = new Random(hash32(this.#seed, "app", id));
		const app = new PlatformApp(id, settings, { clock: this.#clock, random });
		this.#apps.set(id, app);
		return app;
	}

	find(id: string): PlatformApp | undefined {
		return this.#apps.get(id);
	}

	/** @throws SimulatorError `unknown_app` */
	app(id: string): PlatformApp {
		const app = this.#apps.get(id);
		if (app) return app;
		throw new SimulatorError("unknown_app", `There is no app ${id}. PUT /__sim/apps/${id} makes one.`);
	}

	/** Starts a task; one that already runs continues. */
	start(app: PlatformApp, roomId: string, type: MsgType): PushTask | Refused {
		const found = this.#rooms.byRoomId(roomId);
		if (!found || found.broadcast.endedAt !== undefined) return errors.conditions("the room is not live");
		const { liveId } = found.room;
		if (!app.isMountedIn(liveId)) return errors.conditions("the app is not mounted in this room");
		const task = app.start(liveId, roomId, type);
		const running = this.#running.get(roomId) ?? [];
		this.#running.set(roomId, running.includes(task) ? running : [...running, task]);
		return task;
	}

	stop(app: PlatformApp, roomId: string, type: MsgType): void {
		const task = app.task(roomId, type);
		if (task) this.#end(task);
	}

	/** Passes a room's message to the running tasks. */
	said(broadcast: Broadcast, message: SourceMessage): void {
		const running = this.#running.get(broadcast.roomId);
		if (!running) return;
		const type = msgTypeOf(message);
		if (type === undefined) return;
		for (const task of running) {
			const entry = task.type === type ? task.maker.make(message, this.#clock.now()) : undefined;
			if (entry) task.add(entry);
		}
	}

	/**
	 * Produces gifts that no web session receives.
	 *
	 * @param gifts.diamonds price of one
	 * @returns their ids
	 * @throws SimulatorError `unknown_app`, `wrong_state` while no gift task runs
	 */
	give(
		appId: string,
		roomId: string,
		gifts: readonly { giver: string; giftId: string; count: number; diamonds: number }[],
	) {
		const task = this.app(appId).task(roomId, "live_gift");
		if (!task?.running) throw new SimulatorError("wrong_state", `No task for gifts runs in the broadcast ${roomId}.`);
		return gifts.map(({ giver, giftId, ...of }) => {
			const entry = task.maker.gift(giver, giftId, { ...of, now: this.#clock.now() });
			task.add(entry);
			return entry.msg_id;
		});
	}

	/** Returns the outcome of every entry. */
	truth(appId: string): TaskTruth[] {
		return this.app(appId)
			.tasks()
			.map((task) => task.truth());
	}

	tick(now: number): void {
		for (const [roomId, tasks] of this.#running) {
			if (this.#rooms.byRoomId(roomId)?.broadcast.endedAt === undefined) continue;
			for (const task of tasks) task.running = false;
			this.#running.delete(roomId);
		}
		for (const app of this.#apps.values()) app.tick(now);
	}

	close(): void {
		for (const app of this.#apps.values()) app.courier.close();
	}

	#end(task: PushTask): void {
		task.running = false;
		const running = this.#running.get(task.roomId)?.filter((other) => other !== task) ?? [];
		if (running.length > 0) this.#running.set(task.roomId, running);
		else this.#running.delete(task.roomId);
	}
}
