import { createRouter, createWebHistory } from "vue-router";
import RoomsPage from "../rooms/rooms-page.vue";

/** Every page except the first is loaded when it is opened. */
export const router = createRouter({
	history: createWebHistory("/"),
	// Each page scrolls in its own frame, and the target of a link's fragment may only appear once its data has loaded.
	scrollBehavior: ({ hash }) => (hash ? showPart(hash) : false),
	routes: [
		{ path: "/", name: "rooms", component: RoomsPage },
		{ path: "/rooms/:liveId", name: "room", component: () => import("../room/room-page.vue"), props: true },
		{
			path: "/rooms/:liveId/broadcasts/:roomId",
			name: "report",
			component: () => import("../report/report-page.vue"),
			props: true,
		},
		{ path: "/today", name: "today", component: () => import("../today/today-page.vue") },
		{ path: "/nodes", name: "nodes", component: () => import("../nodes/nodes-page.vue") },
		{ path: "/overlay", name: "overlay", component: () => import("../overlay-builder/overlay-page.vue") },
		{ path: "/connections", name: "connections", component: () => import("../connections/connections-page.vue") },
		{ path: "/settings", name: "settings", component: () => import("../settings/settings-page.vue") },
		{ path: "/doctor", name: "help", component: () => import("../help/help-page.vue") },
		{ path: "/:rest(.*)*", name: "not-found", component: () => import("./not-found-page.vue") },
	],
});

async function showPart(hash: string): Promise<false> {
	for (let tries = 0; tries < 20; tries++) {
		const part = document.getElementById(hash.slice(1));
		if (part) {
			part.scrollIntoView();
			break;
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return false;
}
