import type { OverlayToken } from "@livekeeper/client";
import { computed, onScopeDispose, reactive, ref, watch } from "vue";
import { useI18n } from "vue-i18n";
import type { Settings } from "../overlay/parameters.ts";
import { defaultSettings, namedUrl, parseSettings, writeSettings } from "../overlay/settings.ts";
import { useAttempt, usePolled, useService } from "../service/index.ts";

/** Secrets of the overlay tokens created in this browser, by id: the service reveals each only once. */
const storageKey = "livekeeper.overlay.secrets";
/** Delay after the last change before it is saved, ms. */
const saveAfterMs = 400;
const lookMs = 3_000;

/** The editable part of a named overlay. */
interface Edited {
	name: string;
	liveId: string;
	settings: string;
}

/**
 * The overlays that the service keeps and the one being edited, whose changes are saved automatically.
 * @param usualName returns the name of an overlay for which the user enters none
 */
export function useOverlays(usualName: () => string) {
	const { locale } = useI18n();
	const service = useService();
	const {
		value: tokens,
		failure: unread,
		refresh,
	} = usePolled(({ overlayTokens }, signal) => overlayTokens.list({ signal }), lookMs);
	const overlays = computed(() => (tokens.value ?? []).filter(({ live_id: liveId }) => liveId !== null));
	/** Empty: an overlay that has not been saved yet. */
	const chosen = ref("");
	const name = ref("");
	const liveId = ref("");
	const ownDefaults = () => ({ ...defaultSettings(), lang: locale.value as Settings["lang"] });
	const settings = reactive<Settings>(ownDefaults());
	const { busy, failure, attempt } = useAttempt();
	const secrets = ref(readSecrets());
	/** Edits of the chosen overlay that were sent last, as text; empty if they were refused. */
	const sent = ref("");
	/** Ends after every save so far. They follow each other, so an older state never replaces a newer one. */
	let saved = Promise.resolve(true);
	let timer: ReturnType<typeof setTimeout> | undefined;

	const edited = (): Edited => ({
		name: name.value.trim() || usualName(),
		liveId: liveId.value,
		settings: writeSettings(settings),
	});
	const asText = ({ name, liveId, settings }: Edited) => JSON.stringify([name, liveId, settings]);

	function choose(token: OverlayToken | undefined): void {
		// The latest edits belong to the overlay that was chosen before, and so does their failure.
		saved = save().then(() => true);
		failure.value = undefined;
		chosen.value = token?.id ?? "";
		if (!token) {
			name.value = "";
			return;
		}
		name.value = token.name;
		liveId.value = token.live_id ?? "";
		Object.assign(settings, parseSettings({ search: "", hash: "" }, token.settings));
		sent.value = asText(edited());
	}

	/** Saves the edited overlay under its name. @param before id of the overlay that it replaces, which is deleted */
	async function make(before?: string): Promise<void> {
		await attempt(async () => {
			const { name, liveId, settings } = edited();
			const { token, secret } = await service.client.overlayTokens.create({ name, live_id: liveId, settings });
			secrets.value = { ...secrets.value, [token.id]: secret };
			localStorage.setItem(storageKey, JSON.stringify(secrets.value));
			if (before) await service.client.overlayTokens.remove(before);
			chosen.value = "";
			choose(token);
		});
		await refresh();
	}

	/** Whether the chosen overlay has edits that can be saved and were not yet. */
	const isEdited = () => chosen.value !== "" && liveId.value !== "" && asText(edited()) !== sent.value;

	/** Saves the edits, if there are any. @returns whether the service holds all edits made so far */
	function save(): Promise<boolean> {
		clearTimeout(timer);
		if (!isEdited()) return saved;
		const id = chosen.value;
		const { name, liveId, settings } = edited();
		const text = asText({ name, liveId, settings });
		sent.value = text;
		const store = async () => {
			const change = { name, live_id: liveId, settings };
			const done = await attempt(async () => void (await service.client.overlayTokens.change(id, change)));
			if (!done && sent.value === text) sent.value = "";
			return done;
		};
		saved = saved.then(store, store);
		return saved;
	}
	watch([name, liveId, settings], () => {
		clearTimeout(timer);
		timer = setTimeout(() => void save(), saveAfterMs);
	});
	onScopeDispose(() => void save());

	async function remove(): Promise<void> {
		await attempt(async () => {
			await service.client.overlayTokens.remove(chosen.value);
			chosen.value = "";
			choose(undefined);
		});
		await refresh();
	}

	/** Shows a test in the overlay as it is edited now. @returns whether it was sent */
	const test = async (kind: "gift" | "chat" | "pk"): Promise<boolean> =>
		(await save()) && attempt(async () => void (await service.client.overlayTokens.test(chosen.value, kind)));

	/** Overlays that are open somewhere: their time of last use changed between two polls. */
	const open = ref(new Set<string>());
	watch(tokens, (now, before) => {
		const usedBefore = new Map(before?.map(({ id, last_used_at: at }) => [id, at]));
		const used = now?.filter(({ id, last_used_at: at }) => usedBefore.has(id) && usedBefore.get(id) !== at) ?? [];
		open.value = new Set(used.map(({ id }) => id));
	});

	const locked = computed(() => service.apiKey !== undefined);
	/** `undefined`: there is no address yet, or this browser does not know the secret. */
	const url = computed(() => {
		const secret = locked.value ? secrets.value[chosen.value] : "";
		return chosen.value === "" || secret === undefined ? undefined : namedUrl(location.href, chosen.value, secret);
	});
	const reset = () => Object.assign(settings, ownDefaults());
	return {
		...{ overlays, loaded: computed(() => tokens.value !== undefined), unread, chosen, name, liveId, settings },
		...{
			saving: computed(() => busy.value || isEdited()),
			failure,
			open,
			locked,
			url,
			choose,
			make,
			remove,
			test,
			reset,
		},
	};
}

function readSecrets(): Record<string, string> {
	try {
		return JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Record<string, string>;
	} catch {
		// The stored text was not written by this page.
		return {};
	}
}
