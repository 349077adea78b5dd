import { LivekeeperApiError, LivekeeperClient, type Room } from "@livekeeper/client";
import {
	type InjectionKey,
	inject,
	type Ref,
	type ShallowReactive,
	type ShallowRef,
	shallowReactive,
	shallowRef,
	watch,
} from "vue";
import type { Locale } from "../i18n/index.ts";

import { Images } from "./images.ts";
import { wordsOf } from "./words-of.ts";

/** State of the page's connection to the service. */
export type ConnectionState =
	| { name: "connecting" }
	| { name: "open" }
	/** Disconnected: the page shows old data; the next attempt is due at `retryAt`, ms since the epoch. */
	| { name: "lost"; retryAt: number }
	/** The service requires an API key, or refuses the one given. `said`: explanation, if the key is not simply wrong. */
	| { name: "locked"; wrongKey: boolean; said: string };

/**
 * The page's connection to the service: the client, the current state of all rooms, and the state of the connection.
 */
export interface Service {
	readonly client: LivekeeperClient;
	readonly images: Images;
	/** By live id, in the order of their start. A room's object is replaced whenever it changes. */
	readonly rooms: ShallowReactive<Map<string, Room>>;
	readonly connection: ShallowRef<ConnectionState>;
	/** Whether the list of rooms has arrived at least once. */
	readonly loaded: ShallowRef<boolean>;
	/** The API key stored in this browser, if the service requires one. */
	readonly apiKey: string | undefined;
	/** Retries at once instead of waiting. */
	retry(): void;
	/** Switches to another API key and stores it in this browser; `undefined` removes the stored key. */
	useKey(key: string | undefined): void;
}

const keyName = "livekeeper.api_key";
/** Retry delay after an unexpected answer, ms. */
const retryMs = 10_000;

export const serviceKey: InjectionKey<Service> = Symbol("service");

export function useService(): Service {
	const service = inject(serviceKey);
	if (!service) throw new TypeError("The page was mounted without its service.");
	return service;
}

/**
 * @param url address of the page itself, which the service serves
 * @param locale language of the service's answers; a change fetches everything again
 */
export function createService(url: string, locale: Readonly<Ref<Locale>>): Service {
	const rooms = shallowReactive(new Map<string, Room>());
	const connection = shallowRef<ConnectionState>({ name: "connecting" });
	const loaded = shallowRef(false);
	const newClient = () => clientFor(url, locale.value, storedKey());
	const client = shallowRef(newClient());
	let watching = new AbortController();

	async function watchRooms(): Promise<void> {
		watching.abort();
		watching = new AbortController();
		const { signal } = watching;
		// It would open the rooms, but none of the page's functions.
		if (isOverlayToken(storedKey())) {
			connection.value = { name: "locked", wrongKey: true, said: "" };
			return;
		}
		const onRetry = ({ delayMs }: { delayMs: number }) => {
			connection.value = { name: "lost", retryAt: Date.now() + delayMs };
		};
		try {
			for await (const change of client.value.rooms.watch({ signal, onRetry })) {
				if (change.all) rooms.clear();
				for (const room of change.rooms) rooms.set(room.live_id, room);
				for (const liveId of change.removed) rooms.delete(liveId);
				connection.value = { name: "open" };
				loaded.value = true;
			}
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof LivekeeperApiError)) throw error;
			if (error.status === 401 || error.status === 403) {
				const said = error.code === "unauthorized" ? "" : wordsOf(error);
				connection.value = { name: "locked", wrongKey: storedKey() !== undefined, said };
			} else {
				connection.value = { name: "lost", retryAt: Date.now() + retryMs };
				setTimeout(() => signal.aborted || void watchRooms(), retryMs);
			}
		}
	}

	void watchRooms();
	watch(locale, () => {
		client.value = newClient();
		void watchRooms();
	});
	return {
		get client() {
			return client.value;
		},
		get apiKey() {
			return storedKey();
		},
		images: new Images(() => client.value),
		rooms,
		connection,
		loaded,
		retry: () => void watchRooms(),
		useKey(key) {
			if (key === undefined) localStorage.removeItem(keyName);
			else localStorage.setItem(keyName, key);
			client.value = newClient();
			connection.value = { name: "connecting" };
			void watchRooms();
		},
	};
}

function storedKey(): string | undefined {
	return localStorage.getItem(keyName) ?? undefined;
}

/** Prefix of overlay tokens (docs/reading.md). */
export function isOverlayToken(key: string | undefined): boolean {
	return key?.startsWith("lko_") ?? false;
}

function clientFor(url: string, lang: Locale, apiKey: string | undefined): LivekeeperClient {
	return new LivekeeperClient({ url: new URL("/", url), lang, apiKey });
}
