// The counting devices: last contact, what they still hold, their clocks; enrolling and revoking.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { formatAgo, formatInteger } from "../../../i18n/format";
import { languageTag } from "../../../i18n/language";
import { Button } from "../../components";
import { Confirm } from "../kit/form";
import { ListTable } from "../kit/ListTable";
import { Page } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import type { Column } from "../kit/VirtualTable";
import { site } from "../sites_here";
import type { Device } from "../types";
import { EnrolDialog } from "./EnrolDialog";
import { LogFileDialog } from "./LogFileDialog";

const QUIET_MS = 24 * 3_600_000;
const CLOCK_FINE_MS = 2_000;

/** The offset is server minus device: a device that is behind has a positive one. */
function clockWords(offset: number | null): string {
  if (offset === null) return "—";
  if (Math.abs(offset) < CLOCK_FINE_MS) return masters("device.clock.fine");
  const seconds = Math.round(Math.abs(offset) / 1000);
  const [unit, value] =
    seconds < 120 ? (["second", seconds] as const) : (["minute", Math.round(seconds / 60)] as const);
  const n = new Intl.NumberFormat(languageTag(), { style: "unit", unit, unitDisplay: "narrow" }).format(value);
  return masters(offset > 0 ? "device.clock.behind" : "device.clock.ahead", { n });
}

/** What is known to be on the device alone: how many, which numbers, when it was last heard of, who used it last. */
function outstandingWords(device: Device): string[] {
  const heard = device.last_contact_at ? formatAgo(device.last_contact_at) : desk("time.never");
  const pending = device.pending ?? 0;
  const first = (device.hwm ?? 0) + 1;
  const last = (device.next_seq ?? 1) - 1;
  return [
    pending > 0 ? masters("device.revoke.pending", { n: pending }) : masters("device.revoke.none"),
    ...(pending > 0 && last >= first ? [masters("device.revoke.range", { first, last })] : []),
    masters("device.revoke.heard", { time: heard }),
  ];
}

function DeviceState({ device }: { device: Device }) {
  if (device.revoked_at) return <span class="state state-alarm">{masters("device.revoked")}</span>;
  const quiet = !device.last_contact_at || Date.now() - new Date(device.last_contact_at).getTime() > QUIET_MS;
  return quiet ? (
    <span class="state state-look">{masters("device.quiet")}</span>
  ) : (
    <span class="state state-ok">{masters("device.active")}</span>
  );
}

function columns(onRevoke: (device: Device) => void): Column<Device>[] {
  return [
    {
      key: "name",
      label: masters("device.name"),
      track: "minmax(8rem, 1.4fr)",
      render: (device) => (
        <span class={device.revoked_at ? "off" : undefined}>
          <span class="clip strong">{device.label}</span>
          <small>
            {masters("device.enrolled")} {formatAgo(device.enrolled_at)}
          </small>
        </span>
      ),
    },
    {
      key: "state",
      label: masters("device.state"),
      track: "6.5rem",
      render: (device) => <DeviceState device={device} />,
    },
    {
      key: "contact",
      label: masters("device.contact"),
      track: "9.5rem",
      from: 34,
      render: (device) => (device.last_contact_at ? formatAgo(device.last_contact_at) : desk("time.never")),
    },
    {
      key: "waiting",
      label: masters("device.waiting"),
      track: "7rem",
      align: "end",
      from: 30,
      render: (device) => (
        <span class={`number ${(device.pending ?? 0) > 0 ? "differs" : "soft"}`}>
          {formatInteger(device.pending ?? 0)}
        </span>
      ),
    },
    {
      key: "clock",
      label: masters("device.clock"),
      track: "6.5rem",
      from: 56,
      render: (device) => <span class="soft">{clockWords(device.clock_offset_ms)}</span>,
    },
    {
      key: "version",
      label: masters("device.version"),
      track: "minmax(6rem, 1fr)",
      from: 48,
      render: (device) => <span class="clip soft">{device.app_version || "—"}</span>,
    },
    {
      key: "revoke",
      label: "",
      track: "6rem",
      align: "end",
      render: (device) =>
        !device.revoked_at && (
          <Button kind="quiet" onClick={() => onRevoke(device)}>
            {masters("device.revoke")}
          </Button>
        ),
    },
  ];
}

export default function Devices() {
  const here = site.value;
  const [asked, setAsked] = useState<Device | "enrol" | "file" | null>(null);
  const list = usePaged<Device>(
    here?.id ?? null,
    () => api.get<ApiPage<Device>>("/devices", { site_id: here?.id }),
    5_000,
  );
  const enrol = (
    <Button kind="main" onClick={() => setAsked("enrol")}>
      {masters("devices.enrol")}
    </Button>
  );
  const file = <Button onClick={() => setAsked("file")}>{masters("devices.file")}</Button>;
  const revoke = async (device: Device) => {
    await api.post(`/devices/${device.id}/revoke`);
    await list.reload();
  };
  const revoked = asked !== null && typeof asked !== "string" ? asked : null;
  return (
    <Page
      title={masters("devices.title")}
      about={here && masters("devices.about", { site: here.name })}
      actions={
        <>
          {file}
          {enrol}
        </>
      }
      fill
    >
      <ListTable
        caption={masters("devices.title")}
        columns={columns(setAsked)}
        list={list}
        rowKey={(device) => device.id}
        empty={
          <Nothing title={masters("devices.empty")} text={masters("devices.empty.hint")}>
            {enrol}
          </Nothing>
        }
      />
      {asked === "enrol" && here && (
        <EnrolDialog site={here} known={list.rows} onEnrolled={list.reload} onClose={() => setAsked(null)} />
      )}
      {asked === "file" && <LogFileDialog onDone={list.reload} onClose={() => setAsked(null)} />}
      {revoked && (
        <Confirm
          title={masters("device.revoke.title", { label: revoked.label })}
          text={[masters("device.revoke.text"), ...outstandingWords(revoked)].join(" ")}
          submit={masters("device.revoke")}
          danger
          onConfirm={() => revoke(revoked)}
          onClose={() => setAsked(null)}
        />
      )}
    </Page>
  );
}
