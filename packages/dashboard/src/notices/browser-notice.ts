import { type Ref, ref } from "vue";
import { Chime } from "../overlay/chime.ts";

/** `none`: the browser has no notifications, or only for pages that come encrypted or from this machine. */
type Permission = NotificationPermission | "none";

function permissionNow(): Permission {
	const able = "Notification" in globalThis && isSecureContext && "locks" in navigator;
	return able ? Notification.permission : "none";
}

/** Whether this browser lets the page give notice. */
export const permission: Ref<Permission> = ref(permissionNow());

/** Asks for it: only on somebody's click. */
export async function askPermission(): Promise<void> {
	if (permissionNow() === "default") await Notification.requestPermission();
	permission.value = permissionNow();
}

export interface BrowserNotice {
	title: string;
	body: string;
	onClick?: () => void;
}

/** Names and messages are text here: no browser reads them as HTML. @throws TypeError where only a service worker may show one */
export function showNotice({ title, body, onClick }: BrowserNotice): void {
	const notice = new Notification(title, { body });
	notice.onclick = () => {
		window.focus();
		notice.close();
		onClick?.();
	};
}

/** %, and the worth that it rings for, diamonds. */
const [loudness, worth] = [70, 100];
let chime: Chime | undefined;

/** Heard once somebody has clicked into the page since it was loaded. */
export function ring(): void {
	chime ??= new Chime(loudness);
	chime.ring(worth);
}
