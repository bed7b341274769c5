/// Text as a word that a shell reads back as the same text.
package enum ShellWord {
    /// The text, in quotes where a shell would read more into it.
    package static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte < 128
                    && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
                        || "/._-+=:,@%".utf8.contains(byte))
            }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
