import { ref, watch } from "vue";

export type Theme = "light" | "dark" | "system";

const storageKey = "livekeeper.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

const stored = localStorage.getItem(storageKey);
/** The user's choice; `system` follows the operating system, including later changes. */
export const theme = ref<Theme>(stored === "light" || stored === "dark" ? stored : "system");

/** Applies the theme to the page, now and whenever it changes. */
export function applyTheme(): void {
	const apply = () => {
		const isDark = theme.value === "dark" || (theme.value === "system" && dark.matches);
		document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
	};
	watch(theme, (chosen) => {
		localStorage.setItem(storageKey, chosen);
		apply();
	});
	dark.addEventListener("change", apply);
	apply();
}
