// Who is signed in here, and on which device. The server's word; what works without it is in store/.
import { computed, signal } from "@preact/signals";
import { api, onSignInNeeded } from "../api/client";
import type { Role, Session } from "../api/types";
import { setLanguage } from "../i18n/language";

const ROLES: Role[] = ["counter", "supervisor", "manager", "administrator"];

export const session = signal<Session | null>(null);
/** starting → known (the server answered) or unreachable (it did not; an enrolled device works on). */
export const sessionState = signal<"starting" | "known" | "unreachable">("starting");
export const person = computed(() => session.value?.person ?? null);

onSignInNeeded(() => {
  if (session.value?.person) session.value = { ...session.value, person: null, grants: [] };
});

/** Somebody left while the server could not be told: the cookie is still theirs, and nobody may inherit it. */
const OWED = "pandian.sign_out_owed";

export async function loadSession(): Promise<void> {
  try {
    if (localStorage.getItem(OWED)) await endSession();
    session.value = await api.get<Session>("/session");
    sessionState.value = "known";
  } catch {
    // No answer, or none that can be read: an enrolled device goes on with what it knows itself.
    sessionState.value = "unreachable";
  }
}

function take(next: Session): void {
  localStorage.removeItem(OWED);
  session.value = next;
  sessionState.value = "known";
  if (next.person?.language) setLanguage(next.person.language);
}

export async function signInWithPassword(login: string, password: string): Promise<void> {
  take(await api.post<Session>("/session/password", { login, password }));
}

export async function signInWithPin(personId: string, pin: string): Promise<void> {
  take(await api.post<Session>("/session/pin", { person_id: personId, pin }));
}

async function endSession(): Promise<void> {
  await api.del("/session");
  localStorage.removeItem(OWED);
}

/** Ends the person's session only: the outbox and the device stay. Without the server it ends here, and there later. */
export async function signOut(): Promise<void> {
  localStorage.setItem(OWED, "1");
  if (session.value) session.value = { ...session.value, person: null, grants: [] };
  await endSession().catch(() => undefined);
}

/** Whether the person has at least this role at the site (at any site when none is named). */
export function may(role: Role, siteId?: string): boolean {
  const needed = ROLES.indexOf(role);
  return (session.value?.grants ?? []).some(
    (grant) =>
      ROLES.indexOf(grant.role) >= needed &&
      (siteId === undefined || grant.site_id === null || grant.site_id === siteId),
  );
}
