import { computed, onScopeDispose, watch } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute } from "vue-router";
import { nameOf } from "../rooms/room-order.ts";
import { useService } from "../service/index.ts";
import { safeText } from "../text/safe-text.ts";
import { tabIcon, tabTitle } from "./tab-sign.ts";

const pages = ["rooms", "today", "connections", "nodes", "overlay", "settings", "help"] as const;

/** Keeps the tab's title and icon up to date, so the number of failing rooms is visible from another tab. */
export function useTabSign(): void {
	const { t } = useI18n();
	const route = useRoute();
	const { rooms, connection } = useService();
	const failing = computed(() => [...rooms.values()].filter((room) => room.trouble !== null).length);
	const page = computed(() => {
		const liveId = route.params["liveId"];
		if (route.name === "room" && typeof liveId === "string") {
			const room = rooms.get(liveId);
			return safeText(room ? nameOf(room) : liveId, 40);
		}
		const known = pages.find((name) => name === route.name);
		return known ? t(`shell.nav.${known}`) : "";
	});
	watch(
		() => tabTitle(failing.value, page.value),
		(title) => {
			document.title = title;
		},
		{ immediate: true },
	);

	const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
	const plain = link?.href ?? "";
	let shown: string | undefined;
	const show = (svg: string | undefined) => {
		if (!link) return;
		const former = shown;
		shown = svg && URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
		link.href = shown ?? plain;
		if (former) URL.revokeObjectURL(former);
	};
	watch(() => tabIcon(failing.value, connection.value.name === "lost"), show, { immediate: true });
	onScopeDispose(() => show(undefined));
}
