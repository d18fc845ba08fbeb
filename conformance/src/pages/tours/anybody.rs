//! What everybody sees who only types addresses: first pages, wrong addresses, and forms without an account.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::super::inspector::Inspector;
use super::MEND;
use crate::chrome::downloaded;
use crate::people::People;

impl People<Inspector> {
    /// First pages, and addresses that lead nowhere.
    pub(in super::super) async fn looks_around(&self) -> Result<()> {
        let (board, anybody) = (&self.board, &self.person);
        for (house, url) in [("", &board.idp), ("-desk", &board.pki), ("-sign", &board.signer)] {
            self.opens(anybody, url.as_str(), &format!("01-start{house}")).await?;
            self.opens(anybody, url.join("/nowhere")?.as_str(), &format!("16-error-nowhere{house}")).await?;
        }
        anybody.goto(board.idp.as_str()).await?;
        self.in_arabic(anybody, "01-start").await?;
        self.opens(anybody, board.idp.join("/register")?.as_str(), "01-register").await?;
        anybody.goto(board.signer.join("/verify")?.as_str()).await?;
        self.in_arabic(anybody, "12-verify").await?;
        let never = board.idp.join(&format!("/consent?transaction={}", "0".repeat(64)))?;
        self.opens(anybody, never.as_str(), "16-error-not-yours").await?;
        let over = board
            .idp
            .join("/authorize?client_id=nobody&request_uri=urn:ietf:params:oauth:request_uri:over")?;
        self.opens(anybody, over.as_str(), "16-error-request").await?;
        for page in ["nowhere", "accessibility", "privacy", "contact"] {
            self.opens(anybody, board.agency.join(page)?.as_str(), &format!("17-agency-{page}")).await?;
        }
        Ok(())
    }

    /// A slip's code that is none, and one that nobody ever had.
    pub(in super::super) async fn mistypes_the_code(&self) -> Result<()> {
        let person = &self.person;
        person.goto(self.board.pki.join("/enrol")?.as_str()).await?;
        person.fill("code", "7KX2").await?;
        self.mistake(person, "code", "16-form-errors-code").await?;
        person.goto(self.board.pki.join("/enrol/unknown")?.as_str()).await?;
        self.seen(person, "16-error-code").await
    }

    /// Files that are no signed documents; the copy to publish, which leaves out what only a court needs.
    pub(in super::super) async fn verifies_other_files(&self) -> Result<()> {
        let (page, anybody) = (self.board.signer.join("/verify")?, &self.officer);
        anybody.goto(page.as_str()).await?;
        anybody.press("form:has([type=file]) button").await?;
        anybody.finds(MEND).await?;
        self.seen(anybody, "16-form-errors-verify").await?;
        let others = self.downloads.join("others");
        std::fs::create_dir_all(&others)?;
        let (letter, unsigned) = (others.join("letter.txt"), others.join("unsigned.pdf"));
        std::fs::write(&letter, "Dear office, this is signed with my name.\n")?;
        std::fs::write(&unsigned, anybody.printed().await?)?;
        let published = self.copy_to_publish(&others).await?;
        for (file, name) in
            [(&letter, "14-no-pdf"), (&unsigned, "14-not-signed"), (&published, "15-cannot-confirm")]
        {
            anybody.goto(page.as_str()).await?;
            anybody.choose_file(file).await?;
            anybody.press("form:has([type=file]) button").await?;
            anybody.finds("a.back[href='/verify']").await?;
            self.seen(anybody, name).await?;
        }
        Ok(())
    }

    /// The person fetches it from the receipt.
    async fn copy_to_publish(&self, folder: &Path) -> Result<PathBuf> {
        let folder = folder.join("copy");
        std::fs::create_dir_all(&folder)?;
        let person = &self.person;
        person.downloads_to(&folder).await?;
        person.goto(self.board.signer.join("/sign")?.as_str()).await?;
        self.seen(person, "09-list-done").await?;
        person.press("main a[href^='/sign/']").await?;
        person.press("a[href$='/without-evidence']").await?;
        downloaded(&folder).await
    }
}
