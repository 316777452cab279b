// The inbox of unknown codes: across all open counts and receipts of the site.
import { grn } from "../../../i18n/desk/receiving";
import { Page } from "../kit/Page";
import { site } from "../sites_here";
import { Codes } from "./Codes";

export default function Inbox() {
  const here = site.value;
  if (!here) return null;
  return (
    <Page title={grn("codes.title")} about={grn("codes.about")} fill>
      <Codes siteId={here.id} />
    </Page>
  );
}
