import { computed, reactive, ref, watch } from "vue";
import { useI18n } from "vue-i18n";
import type { Settings } from "../overlay/parameters.ts";
import { defaultSettings, overlayUrl, parseSettings, writeSettings } from "../overlay/settings.ts";

const storageKey = "livekeeper.overlay";

interface Stored {
	liveId: string;
	/** As behind the `#` of an overlay's address. */
	settings: string;
	/** Secret of the overlay token, which opens this room alone. */
	token: { liveId: string; secret: string } | undefined;
}

/** What was chosen for an overlay; this browser remembers it. */
export function useOverlayChoice() {
	const { locale } = useI18n();
	const stored = readStored();
	const liveId = ref(stored?.liveId ?? "");
	const ownDefaults = () => ({ ...defaultSettings(), lang: locale.value as Settings["lang"] });
	const settings = reactive<Settings>(stored ? parseSettings({ search: "", hash: stored.settings }) : ownDefaults());
	const token = ref(stored?.token);
	/** Whether there is a token for the room that is chosen. */
	const hasToken = computed(() => token.value !== undefined && token.value.liveId === liveId.value);
	const url = computed(() => {
		const secret = hasToken.value ? (token.value?.secret ?? "") : "";
		return overlayUrl(location.href, liveId.value, { ...settings, token: secret });
	});

	watch([liveId, settings, token], () => {
		const choice: Stored = { liveId: liveId.value, settings: writeSettings(settings), token: token.value };
		localStorage.setItem(storageKey, JSON.stringify(choice));
	});
	return { liveId, settings, token, hasToken, url, reset: () => Object.assign(settings, ownDefaults()) };
}

function readStored(): Stored | undefined {
	try {
		const { liveId, settings, token } = JSON.parse(localStorage.getItem(storageKey) ?? "") as Partial<Stored>;
		if (typeof liveId !== "string" || typeof settings !== "string") return undefined;
		const usable = typeof token?.liveId === "string" && typeof token.secret === "string";
		return { liveId, settings, token: usable ? token : undefined };
	} catch {
		// Nothing chosen yet, or by another version of the page.
		return undefined;
	}
}
