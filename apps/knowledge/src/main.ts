import { serve } from '@throughline/platform'
import { knowledgeService } from '@throughline/service-knowledge'

serve([knowledgeService])
