import { Shape } from '../shared/parts'
import styles from './conversation.module.css'

/** The conversation's shape while it is on its way, in its height. */
export function ConversationShape() {
  return (
    <div className={styles.page}>
      <div className={styles.talk} aria-busy="true">
        <div className={styles.head}>
          <Shape width={40} height={40} />
          <Shape width={160} height={20} />
        </div>
        <div className={styles.shapes}>
          <Shape width="60%" height={64} />
          <Shape width="45%" height={44} />
          <Shape width="55%" height={64} />
        </div>
      </div>
    </div>
  )
}
